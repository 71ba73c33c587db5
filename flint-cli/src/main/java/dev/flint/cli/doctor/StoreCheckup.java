package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.cli.console.Sizes;
import dev.flint.oci.Descriptor;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutActivity;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** Whether the local store can be opened, read and written; nothing of an image is read. */
public record StoreCheckup(Path folder) implements Checkup {
  private static final String REMEDY = "flint store fsck looks at every blob";

  @Override
  public String subject() {
    return "store";
  }

  @Override
  public List<Finding> look() throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of(Finding.ok(subject(), folder + " is made by the first image"));
    }
    try (OciLayout store = OciLayout.open(folder)) {
      List<Descriptor> images = store.index().entries();
      int missing = 0;
      for (Descriptor image : images) {
        missing += store.find(image).isEmpty() ? 1 : 0;
      }
      if (missing > 0) {
        return List.of(
            Finding.refused(
                subject(),
                folder + ": " + missing + " of " + images.size() + " images lack their manifest",
                REMEDY));
      }
      LayoutActivity now = LayoutActivity.of(store);
      String detail =
          "%s: OCI layout 1.0.0, images: %d%s"
              .formatted(folder, images.size(), now.busy() ? ", in use by another command" : "");
      // Looked at first, as writing removes them.
      Finding writable = writable(store, detail);
      return now.leftovers() == 0
          ? List.of(writable)
          : List.of(
              writable,
              Finding.ok(
                  "unfinished", Sizes.of(now.leftovers()) + " of killed commands, removed now"));
    } catch (FlintException e) {
      return List.of(Finding.refused(subject(), e));
    } catch (FileSystemException e) {
      // Locks and the like are files as well.
      if (Unwritable.isReadOnly(e)) {
        return List.of(Unwritable.found(subject(), folder, e));
      }
      throw e;
    }
  }

  /** Writes, as that a folder looks writable says little. */
  private Finding writable(OciLayout store, String detail) {
    try {
      Path file = store.newUnfinishedFile();
      Files.write(file, new byte[1]);
      Files.delete(file);
      return Finding.ok(subject(), detail);
    } catch (IOException e) {
      return Unwritable.found(subject(), folder, e);
    }
  }
}
