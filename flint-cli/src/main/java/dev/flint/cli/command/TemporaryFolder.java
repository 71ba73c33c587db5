package dev.flint.cli.command;

import dev.flint.oci.store.Folders;
import java.io.IOException;
import java.nio.file.Path;

/** A folder that goes, with all that is in it, when closed. */
record TemporaryFolder(Path folder, boolean keep) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    if (!keep) {
      Folders.delete(folder);
    }
  }
}
