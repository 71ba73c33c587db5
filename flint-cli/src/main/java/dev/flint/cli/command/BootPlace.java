package dev.flint.cli.command;

import dev.flint.agent.StateFolder;
import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders for one boot, which are gone in the end, also in one by Ctrl-C. */
final class BootPlace implements AutoCloseable {
  private final StateFolder state;
  private final OrderlyEnd end;

  private BootPlace(StateFolder state) {
    this.state = state;
    this.end =
        OrderlyEnd.with(
            () -> {
              FolderTree.delete(state.sockets());
              FolderTree.delete(state.root());
            });
  }

  static BootPlace make(Context context) throws IOException {
    Path root = Files.createTempDirectory(context.temporary(), "flint-boot-test");
    return new BootPlace(StateFolder.of(root, context.env()));
  }

  Path root() {
    return state.root();
  }

  Path images() {
    return state.images();
  }

  InstanceFolder folder(InstanceId id) {
    return state.folder(id);
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
