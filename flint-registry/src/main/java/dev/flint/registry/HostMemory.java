package dev.flint.registry;

import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one registry turned out to be like, so that each thing is tried in vain only once a run.
 * Thread-safe.
 */
final class HostMemory {
  private static final long WHOLE = Long.MAX_VALUE;

  private final AtomicLong chunk = new AtomicLong(WHOLE);
  private final Set<String> refusedMounts = ConcurrentHashMap.newKeySet();
  private volatile boolean headUseless;

  /** The most bytes of one request, if blobs are not simply sent whole. */
  OptionalLong chunk() {
    long most = chunk.get();
    return most == WHOLE ? OptionalLong.empty() : OptionalLong.of(most);
  }

  /** Requests must not have more bytes than this. */
  void limitChunks(long most) {
    chunk.accumulateAndGet(most, Math::min);
  }

  /** Whether HEAD says nothing here. */
  boolean isHeadUseless() {
    return headUseless;
  }

  /** HEAD does not exist here, or always fails. */
  void headIsUseless() {
    headUseless = true;
  }

  /** Whether blobs of that repository cannot be taken over. */
  boolean isMountRefused(String fromRepository) {
    return refusedMounts.contains(fromRepository);
  }

  /** Blobs of that repository cannot be taken over, whatever the reason. */
  void mountIsRefused(String fromRepository) {
    refusedMounts.add(fromRepository);
  }
}
