package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files of a log that are held open. For one thread. */
final class LogParts implements Closeable {
  /** Oldest first. */
  private final List<LogPart> list = new ArrayList<>();

  /**
   * Opens what has a name, unless it has been opened or nothing has.
   *
   * @param end where to stop; null for nowhere
   * @return whether to go on
   */
  boolean addOlder(Path name, @Nullable LogPart end) throws IOException {
    Optional<LogPart> part = LogPart.open(name);
    if (part.isEmpty()) {
      return true;
    }
    boolean isEnd = end != null && part.get().isSame(end);
    if (isEnd || (!list.isEmpty() && part.get().isSame(list.get(0)))) {
      part.get().close();
    } else {
      list.add(0, part.get());
    }
    return !isEnd;
  }

  /** All of them, oldest first. */
  List<LogPart> list() {
    return list;
  }

  /** Has the newest kept open by somebody else; empty if there is none. */
  Optional<LogPart> takeNewest() {
    return list.isEmpty() ? Optional.empty() : Optional.of(list.remove(list.size() - 1));
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (LogPart part : list) {
      try {
        part.close();
      } catch (IOException e) {
        // The others are closed too.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
