package dev.flint.agent.kube.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One open watch: what happens comes in from any thread and goes out by its own. */
final class Watch implements Consumer<Change> {
  private static final int MOST_BEHIND = 200_000;

  /** How often a real server sends one unasked. */
  private static final Duration BETWEEN_BOOKMARKS = Duration.ofMinutes(1);

  private final Selection selection;
  private final boolean bookmarks;
  private final ObjectStore store;
  private final BlockingQueue<WatchSignal> signals = new LinkedBlockingQueue<>(MOST_BEHIND);

  Watch(Selection selection, boolean bookmarks, ObjectStore store) {
    this.selection = selection;
    this.bookmarks = bookmarks;
    this.store = store;
  }

  Resource resource() {
    return selection.resource();
  }

  @Override
  public void accept(Change change) {
    change
        .seenBy(selection)
        .ifPresent(type -> signal(new WatchSignal.Event(type, change.now().json())));
  }

  void signal(WatchSignal signal) {
    if (!signals.offer(signal)) {
      // Who does not read is left, as by the real one.
      signals.clear();
      signals.add(new WatchSignal.End());
    }
  }

  /** Sends all there is, as if it were new. */
  void replayAll() {
    store
        .all(selection.resource(), selection)
        .forEach(stored -> signal(new WatchSignal.Event("ADDED", stored.json())));
  }

  /** Says up to which version everything was sent, to who wants to know. */
  void bookmark(Optional<String> annotation) {
    if (bookmarks) {
      synchronized (store) {
        signal(new WatchSignal.Event("BOOKMARK", bookmarked(annotation)));
      }
    }
  }

  private String bookmarked(Optional<String> annotation) {
    Tree metadata = new Tree().set("resourceVersion", String.valueOf(store.version()));
    annotation.ifPresent(name -> metadata.make("annotations").set(name, "true"));
    Tree object =
        new Tree()
            .set("kind", resource().kind())
            .set("apiVersion", resource().apiVersion())
            .set("metadata", metadata);
    if (resource() == Resource.PODS) {
      // What Go writes for a pod of which nothing is set.
      object.make("spec").members().put("containers", Tree.NULL);
      object.make("status");
    }
    return object.toString();
  }

  /**
   * Sends until the time is over or something ends it.
   *
   * @throws IOException if the client is gone or the connection is to be cut
   */
  void run(OutputStream out, Duration timeout) throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    long nextBookmark = System.nanoTime() + BETWEEN_BOOKMARKS.toNanos();
    out.flush();
    while (true) {
      long now = System.nanoTime();
      WatchSignal signal = signals.poll(Math.min(end, nextBookmark) - now, TimeUnit.NANOSECONDS);
      if (signal != null) {
        if (signal instanceof WatchSignal.End) {
          return;
        }
        send(signal, out);
      } else if (end - System.nanoTime() <= 0) {
        bookmark(Optional.empty());
        end = Long.MAX_VALUE;
        signal(new WatchSignal.End());
      } else {
        nextBookmark = System.nanoTime() + BETWEEN_BOOKMARKS.toNanos();
        bookmark(Optional.empty());
      }
    }
  }

  private void send(WatchSignal signal, OutputStream out) throws IOException {
    if (signal instanceof WatchSignal.Event event) {
      out.write(event.line());
    } else if (signal instanceof WatchSignal.Huge huge) {
      huge(huge.bytes(), out);
    } else {
      out.write(
          "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Po".getBytes(StandardCharsets.UTF_8));
      out.flush();
      throw new EOFException("a watch is cut, as a test wanted");
    }
    if (signals.isEmpty()) {
      out.flush();
    }
  }

  private void huge(long bytes, OutputStream out) throws IOException {
    String head = "{\"type\":\"MODIFIED\",\"object\":" + Stored.head(resource());
    out.write((head + "\"metadata\":{\"name\":\"").getBytes(StandardCharsets.UTF_8));
    byte[] block = new byte[64 * 1024];
    Arrays.fill(block, (byte) 'a');
    for (long left = bytes; left > 0; left -= block.length) {
      out.write(block, 0, (int) Math.min(left, block.length));
    }
    out.write("\"}}}\n".getBytes(StandardCharsets.UTF_8));
  }
}
