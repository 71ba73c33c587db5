package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import java.io.IOException;
import java.util.List;

/** Knows where else in a target's registry blobs may be. Thread-safe. */
public interface MountSource {
  /** Knows nothing. */
  MountSource NONE =
      new MountSource() {
        @Override
        public List<String> repositories(Descriptor blob) {
          return List.of();
        }

        @Override
        public void refused(String repository) {}
      };

  /** A few repositories, without the host, that are worth asking for a blob, the best first. */
  List<String> repositories(Descriptor blob) throws IOException;

  /** Is told that a blob could not be had from a repository. */
  void refused(String repository);
}
