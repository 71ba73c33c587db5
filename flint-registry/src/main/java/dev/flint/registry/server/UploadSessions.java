package dev.flint.registry.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The open upload sessions of one server. They live in memory: after a restart clients begin their
 * uploads anew. Thread-safe.
 */
final class UploadSessions implements AutoCloseable {
  /** Each holds a file open. */
  static final int MAX_SESSIONS = 256;

  static final Duration IDLE = Duration.ofHours(1);

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, UploadSession> open = new HashMap<>();

  UploadSessions(Clock clock) {
    this.clock = clock;
  }

  /**
   * Opens a session; the caller has it claimed.
   *
   * @throws Refusal 429 if there are too many
   */
  synchronized UploadSession start(Repository repository) throws IOException, Refusal {
    if (open.size() >= MAX_SESSIONS) {
      throw new Refusal(
          429, Problem.TOOMANYREQUESTS, "there are " + open.size() + " unfinished uploads");
    }
    byte[] id = new byte[16];
    random.nextBytes(id);
    UploadSession session = new UploadSession(HexFormat.of().formatHex(id), repository, clock);
    session.claim();
    open.put(session.id(), session);
    return session;
  }

  /**
   * The session of this repository.
   *
   * @throws Refusal 404 if there is none
   */
  synchronized UploadSession require(String name, String id) throws Refusal {
    UploadSession session = open.get(id);
    if (session == null || session.isOver() || !session.repository().name().equals(name)) {
      throw new Refusal(
          404, Problem.BLOB_UPLOAD_UNKNOWN, "there is no such upload; it may have expired");
    }
    return session;
  }

  /**
   * The session, for the caller alone until released.
   *
   * @throws Refusal 404 if there is none, 409 if another request writes to it
   */
  UploadSession claim(String name, String id) throws Refusal {
    UploadSession session = require(name, id);
    if (!session.claim()) {
      throw new Refusal(
          409, Problem.BLOB_UPLOAD_INVALID, "another request is writing to this upload");
    }
    if (session.isOver()) {
      session.release();
      throw new Refusal(404, Problem.BLOB_UPLOAD_UNKNOWN, "the upload has just ended");
    }
    return session;
  }

  /** Lets go of a claimed session, and forgets it if it is over. */
  void release(UploadSession session) {
    if (session.isOver()) {
      synchronized (this) {
        open.remove(session.id());
      }
    }
    session.release();
  }

  /** Drops the sessions nobody has written to for an hour. */
  void expire() throws IOException {
    Instant limit = clock.instant().minus(IDLE);
    for (UploadSession session : snapshot()) {
      if (session.used().isBefore(limit) && session.claim()) {
        try {
          session.drop();
        } finally {
          release(session);
        }
      }
    }
  }

  /** How many are open. */
  synchronized int count() {
    return open.size();
  }

  private synchronized List<UploadSession> snapshot() {
    return List.copyOf(open.values());
  }

  /** Drops all sessions. */
  @Override
  public synchronized void close() throws IOException {
    for (UploadSession session : open.values()) {
      session.drop();
    }
    open.clear();
  }
}
