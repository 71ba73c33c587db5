package dev.flint.agent.log;

import dev.flint.agent.log.RawPlace.Rest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file that another process appends to, and gives what was read back to the file system.
 * Not thread-safe.
 */
final class RawTail implements Closeable {
  /** The longest line, in bytes; longer ones come in parts, as containerd's do. */
  static final int MAX_LINE = 16 * 1024;

  /** What is left of the read part, for who looks for an instance's last words. */
  private static final long LEFT = 256 * 1024;

  private static final long WORTH_IT = 1 << 20;

  /** Not more is copied at once, so that others have their turn. */
  private static final long SHARE = 4 << 20;

  /** If more than this is not in the log yet, it will never be caught up with. */
  private static final long MOST_BEHIND = 64 << 20;

  /** So much is then copied of it: about what a log keeps. */
  private static final long KEPT = 32 << 20;

  /** Bytes of one in UTF-8. */
  private static final int MAX_CHARACTER = 4;

  /** As much is kept for a follower that takes it slowly. */
  private static final long MOST_KEPT = 64 << 20;

  private final Path raw;
  private final String stream;
  private final byte[] telling;
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private final List<RawFollow> followers = new CopyOnWriteArrayList<>();
  private @Nullable FileChannel file;
  private RawPlace place;
  private boolean behind;
  private volatile long givenBack;

  /**
   * Goes on where another has stopped.
   *
   * @param stream the name in the log
   * @param telling how lines begin whose values are left out; empty for none
   * @param place what of it is in the log
   * @param bytes {@link #MAX_LINE} of them, of which nobody knows anything between calls
   */
  RawTail(Path raw, String stream, String telling, RawPlace place, byte[] bytes) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes);
    this.raw = raw;
    this.stream = stream;
    this.telling = telling.getBytes(StandardCharsets.US_ASCII);
    // Of what is not there yet all is new, whatever the last agent said and did not live to delete.
    this.place = raw.toFile().exists() ? place : RawPlace.BEGIN;
  }

  /** What of it is in the log. */
  RawPlace place() {
    return place;
  }

  /**
   * Copies what has come since, up to a limit.
   *
   * @param last whether no more will come, so that a line without an end is one
   * @return whether anything was copied
   */
  boolean copy(CriLog log, boolean last) throws IOException {
    behind = false;
    FileChannel in = opened();
    if (in == null) {
      // What comes is all new.
      place = RawPlace.BEGIN;
      return false;
    }
    if (in.size() == place.position()) {
      return false;
    }
    // An earlier turn may have failed in the midst of it.
    log.forget();
    Instant now = Instant.now();
    boolean copied = isElsewhere(in, log, now);
    long end = place.position() + SHARE;
    while (place.position() < end && fill(in, place.position())) {
      RawPlace next = lines(log, now, last && in.size() <= place.position() + buffer.limit());
      if (next.equals(place)) {
        break;
      }
      log.flush();
      place = next;
      copied = true;
    }
    behind = place.position() >= end;
    return copied;
  }

  /** Whether the limit was reached. */
  boolean isBehind() {
    return behind;
  }

  /** Goes on somewhere else, and says so in the log, where it cannot or must not here. */
  private boolean isElsewhere(FileChannel in, CriLog log, Instant now) throws IOException {
    long from = place.position();
    long size = in.size();
    boolean unknown = from < 0 || from > size;
    if (!unknown && size - from <= MOST_BEHIND) {
      return false;
    }
    RawPlace next = lineAfter(in, size - (unknown ? LEFT : KEPT));
    String why =
        unknown
            ? "how far this log had come is not known; lines may be missing here or come twice"
            : next.position() - from + " bytes are left out here: more came than could be copied";
    if (place.rest() != Rest.NONE) {
      log.write(now, stream, true, ByteBuffer.allocate(0));
    }
    byte[] words = ("[flint: " + why + "]").getBytes(StandardCharsets.US_ASCII);
    log.write(now, stream, true, ByteBuffer.wrap(words));
    log.flush();
    place = next;
    givenBack = unknown ? 0 : givenBack;
    return true;
  }

  /** Where the next line begins; in the middle of one if that is very long. */
  private RawPlace lineAfter(FileChannel in, long from) throws IOException {
    if (from <= 0) {
      return RawPlace.BEGIN;
    }
    // A line may begin right there.
    fill(in, from - 1);
    for (int i = 0; i < buffer.limit(); i++) {
      if (bytes[i] == '\n') {
        return new RawPlace(from + i, Rest.NONE);
      }
    }
    return new RawPlace(from, telling.length == 0 ? Rest.SHOWN : Rest.LEFT_OUT);
  }

  private @Nullable FileChannel opened() throws IOException {
    // Not by the exception: a guest never has the second file, and it is looked for all the time.
    if (file == null && raw.toFile().exists()) {
      file = FileChannel.open(raw, StandardOpenOption.READ);
    }
    return file;
  }

  private boolean fill(FileChannel in, long from) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining() && in.read(buffer, from + buffer.position()) > 0) {
      // Until it is full or there is no more.
    }
    buffer.flip();
    return buffer.hasRemaining();
  }

  /** Writes the lines of the buffer; what is left may become longer. */
  private RawPlace lines(CriLog log, Instant now, boolean last) throws IOException {
    Rest rest = place.rest();
    int start = 0;
    int limit = buffer.limit();
    for (int i = 0; i < limit; i++) {
      if (bytes[i] == '\n') {
        rest = write(log, now, true, buffer.slice(start, i - start), rest);
        start = i + 1;
      }
    }
    if ((start == 0 && limit == bytes.length) || (last && start < limit)) {
      int end = last ? limit : endOfCharacters();
      rest = write(log, now, last, buffer.slice(start, end - start), rest);
      start = end;
    }
    return new RawPlace(place.position() + start, rest);
  }

  /** Where the full buffer can be cut without cutting a character of UTF-8. */
  private int endOfCharacters() {
    for (int back = 1; back < MAX_CHARACTER; back++) {
      int octet = bytes[bytes.length - back] & 0xff;
      if (octet < 0x80) {
        break;
      }
      if (octet >= 0xc0) {
        int length = octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : MAX_CHARACTER;
        return back < length ? bytes.length - back : bytes.length;
      }
    }
    return bytes.length;
  }

  /** Writes a line, or a part of one, without a value; says what is to become of its rest. */
  private Rest write(CriLog log, Instant now, boolean full, ByteBuffer text, Rest before)
      throws IOException {
    boolean tells = before == Rest.NONE && tells(text);
    int shown = before == Rest.LEFT_OUT ? 0 : tells ? name(text) : text.limit();
    if (full || shown > 0) {
      log.write(now, stream, full, text.slice(0, shown));
    }
    return full ? Rest.NONE : tells || before == Rest.LEFT_OUT ? Rest.LEFT_OUT : Rest.SHOWN;
  }

  /** Whether it is one of the lines that tell values. */
  private boolean tells(ByteBuffer line) {
    if (telling.length == 0 || line.limit() < telling.length) {
      return false;
    }
    for (int i = 0; i < telling.length; i++) {
      if (line.get(i) != telling[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the first equals sign of a line is that tells a value. */
  private int name(ByteBuffer line) {
    int end = telling.length;
    while (end < line.limit() && line.get(end) != '=') {
      end++;
    }
    return end;
  }

  /** Gives back what was read, once nobody will read it anew. */
  void giveBack() {
    long position = place.position();
    long until = position - LEFT;
    for (RawFollow follower : followers) {
      until = Math.min(until, Math.max(follower.position(), position - MOST_KEPT));
    }
    long from = givenBack;
    if (until - from >= WORTH_IT) {
      // First, as a follower looks at it when it has read.
      givenBack = until;
      FreedSpace.of(raw, from, until - from);
    }
  }

  /** The first byte that is still there; for any thread. */
  long givenBack() {
    return givenBack;
  }

  /** Shows somebody what comes from now on; for any thread. */
  RawFollow follow() throws IOException {
    RawFollow follower = new RawFollow(this, raw);
    followers.add(follower);
    return follower;
  }

  void leave(RawFollow follower) {
    followers.remove(follower);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
