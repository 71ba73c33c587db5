package dev.flint.cli.command;

import dev.flint.oci.store.FolderRemoval;
import java.io.IOException;
import java.nio.file.Path;

/** A folder that goes, with all that is in it, when closed. */
record TemporaryFolder(Path folder, boolean keep) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    if (!keep) {
      FolderRemoval.of(folder);
    }
  }
}
