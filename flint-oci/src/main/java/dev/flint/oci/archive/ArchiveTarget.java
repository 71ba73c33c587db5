package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.transfer.ImageTarget;
import java.io.IOException;
import java.util.Optional;

/**
 * The one image of a new oci-archive.
 *
 * @param name its name in the index, if it is to have one
 */
public record ArchiveTarget(LayoutArchiveWriter writer, Optional<String> name)
    implements CopyTarget {
  @Override
  public ImageTarget images() {
    return writer;
  }

  @Override
  public void attach(Document referrer) throws IOException {
    writer.list(referrer, Optional.empty());
  }

  @Override
  public void complete(Document root) throws IOException {
    writer.list(root, name);
    writer.finish();
  }
}
