package dev.flint.registry;

import dev.flint.registry.settings.UploadMode;
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

  /** Few requests, though not all of a blob on one. */
  private static final long USUAL_CHUNK = 32L << 20;

  private final UploadMode upload;
  private final long usualChunk;
  private final AtomicLong chunk;
  private final Set<String> refusedMounts = ConcurrentHashMap.newKeySet();
  private volatile boolean headUseless;

  /**
   * What the user knows already.
   *
   * @param chunkSize of uploads in pieces, in bytes, at least 1
   */
  HostMemory(UploadMode upload, OptionalLong chunkSize) {
    this.upload = upload;
    this.usualChunk = chunkSize.orElse(USUAL_CHUNK);
    this.chunk = new AtomicLong(upload == UploadMode.CHUNKED ? usualChunk : WHOLE);
  }

  /** Whether blobs may be sent in pieces, if that is of use. */
  boolean mayChunk() {
    return upload != UploadMode.MONOLITHIC;
  }

  /** The bytes of a piece, where nothing says how many. */
  long usualChunk() {
    return usualChunk;
  }

  /** The most bytes of one request, if blobs are not simply sent whole. */
  OptionalLong chunk() {
    long most = chunk.get();
    return most == WHOLE ? OptionalLong.empty() : OptionalLong.of(most);
  }

  /** Whether a blob may be one request that does not say how long it is. */
  boolean takesStreams() {
    return upload == UploadMode.AUTO && chunk.get() == WHOLE;
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
