package dev.flint.cli.command;

import dev.flint.agent.StateFolder;
import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Folders for one boot, which are gone in the end. Ctrl-C interrupts the thread that made them and
 * waits until it has closed them.
 */
final class BootPlace implements AutoCloseable {
  private static final int END_SECONDS = 40;

  private final StateFolder state;
  private final CountDownLatch closed = new CountDownLatch(1);

  private BootPlace(StateFolder state) {
    this.state = state;
  }

  static BootPlace make(Context context) throws IOException {
    Path root = Files.createTempDirectory(context.temporary(), "flint-boot-test");
    BootPlace place = new BootPlace(StateFolder.of(root, context.env()));
    Thread working = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> place.interrupt(working), "flint-boot-end"));
    return place;
  }

  private void interrupt(Thread working) {
    if (closed.getCount() == 0) {
      return;
    }
    working.interrupt();
    try {
      closed.await(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
    boolean interrupted = Thread.interrupted();
    try {
      FolderTree.delete(state.sockets());
      FolderTree.delete(state.root());
    } finally {
      closed.countDown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
