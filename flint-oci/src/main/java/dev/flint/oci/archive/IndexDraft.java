package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.Transfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An index in the making: its images are copied to where it shall be. Confined to one thread. */
public final class IndexDraft {
  private final ImageTarget target;
  private final ProgressListener listener;
  private final List<Descriptor> entries = new ArrayList<>();
  private final Map<Platform, Descriptor> taken = new HashMap<>();

  /** Without images. */
  public IndexDraft(ImageTarget target, ProgressListener listener) {
    this.target = target;
    this.listener = listener;
  }

  /**
   * Adds an image, or all those of an index.
   *
   * @throws FlintException USAGE if there is another image for its platform already, as readers
   *     take the first; UNSUPPORTED if it does not say what it is for
   */
  public void add(ImageSource source, Document root) throws IOException {
    new Transfer(source, target, listener).copyBelow(root, Optional.empty());
    if (root.isIndex()) {
      for (Descriptor entry : ImageIndex.of(root).manifests()) {
        list(entry, entry.platform());
      }
      return;
    }
    target.putManifest(root);
    Platform platform = PlatformCheck.config(source, Manifest.of(root)).platform();
    if (platform.os().isEmpty() || platform.architecture().isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "image " + root.digest() + " does not say for which platform it is");
    }
    list(root.descriptor().withPlatform(platform), Optional.of(platform));
  }

  private void list(Descriptor entry, Optional<Platform> platform) throws FlintException {
    // What builders add about their images says so: unknown/unknown.
    if (platform.isPresent() && !platform.get().os().equals("unknown")) {
      Descriptor other = taken.putIfAbsent(platform.get(), entry);
      if (other != null && other.digest().equals(entry.digest())) {
        return;
      }
      if (other != null) {
        throw new FlintException(
            ErrorCode.USAGE,
            "two images are for %s: %s and %s"
                .formatted(platform.get(), other.digest(), entry.digest()));
      }
    }
    entries.add(entry);
  }

  /** The index of the images added. */
  public Document create(Map<String, String> annotations) {
    return ImageIndex.create(entries, annotations);
  }
}
