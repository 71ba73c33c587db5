package dev.flint.registry.server;

import dev.flint.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Who may use the registry: the accounts of a password file, which is read again when it changes.
 *
 * <p>To check a password is made to be slow, and an image is many requests. So what was right is
 * remembered for a short time, as a hash under a key that only this process has; equal questions at
 * the same time are one; and of all others only a few are worked on at once, however many come.
 * Thread-safe.
 */
final class Accounts {
  static final Duration REMEMBERED = Duration.ofMinutes(5);
  private static final int MAX_REMEMBERED = 1024;
  private static final int MAX_WAITING = 32;

  private final HtpasswdFile file;
  private final Clock clock;
  private final byte[] key = new byte[32];
  private final OncePerKey<String, Boolean> checks = new OncePerKey<>();
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final Semaphore working =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  private volatile Known known;

  /** One state of the file, and until when passwords count as checked, by their keyed hash. */
  private record Known(
      List<Object> version, Map<String, BcryptHash> accounts, Map<String, Instant> right) {

    static Known read(HtpasswdFile file) throws IOException {
      List<Object> version = file.version();
      return new Known(version, file.read(), new ConcurrentHashMap<>());
    }

    /** For a user who is not there the work is the same, so that nobody learns who is. */
    Optional<BcryptHash> decoy() {
      return accounts.values().stream().max(Comparator.comparingInt(BcryptHash::cost));
    }
  }

  /**
   * Reads the file.
   *
   * @throws dev.flint.oci.error.FlintException LOCAL_IO if it is malformed
   */
  Accounts(HtpasswdFile file, Clock clock) throws IOException {
    this.file = file;
    this.clock = clock;
    new SecureRandom().nextBytes(key);
    this.known = Known.read(file);
  }

  /**
   * Whether the password is that of the user.
   *
   * @throws Refusal 429 if too many passwords are being checked
   * @throws IOException if the file has become unreadable or malformed; nobody is let in then
   */
  boolean accept(String user, byte[] password) throws IOException, Refusal {
    Known now = current();
    String hash = keyedHash(user, password);
    Instant until = now.right.get(hash);
    if (until != null && clock.instant().isBefore(until)) {
      return true;
    }
    return checks.get(hash, () -> check(now, hash, user, password));
  }

  private Known current() throws IOException {
    Known now = known;
    if (!now.version.equals(file.version())) {
      // Two threads may read it twice, which does no harm.
      now = Known.read(file);
      known = now;
    }
    return now;
  }

  private boolean check(Known now, String hash, String user, byte[] password)
      throws IOException, Refusal {
    BcryptHash own = now.accounts.get(user);
    Optional<BcryptHash> compared = own == null ? now.decoy() : Optional.of(own);
    if (compared.isEmpty()) {
      return false;
    }
    boolean right = slowly(compared.get(), password) && own != null;
    if (right) {
      if (now.right.size() >= MAX_REMEMBERED) {
        now.right.clear();
      }
      now.right.put(hash, clock.instant().plus(REMEMBERED));
    }
    return right;
  }

  private boolean slowly(BcryptHash hash, byte[] password) throws IOException, Refusal {
    if (!waiting.tryAcquire()) {
      throw new Refusal(429, Problem.TOOMANYREQUESTS, "too many logins at once");
    }
    try {
      working.acquire();
      try {
        return hash.matches(password);
      } finally {
        working.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting to check a password");
    } finally {
      waiting.release();
    }
  }

  /** SHA-256 of the secret key, the lengths and the texts: nothing can be told from it. */
  private String keyedHash(String user, byte[] password) {
    MessageDigest hasher = Digest.sha256Hasher();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    bytes.writeBytes(key);
    bytes.writeBytes((name.length + ":").getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(name);
    bytes.writeBytes(password);
    return HexFormat.of().formatHex(hasher.digest(bytes.toByteArray()));
  }
}
