package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.store.Blob;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Reading and deleting blobs (distribution spec end-2, end-10). */
final class BlobHandler {
  /** The JDK's server takes some more of them for each pull, of which there may be many. */
  private static final int BUFFER = 32 * 1024;

  private final Repositories repositories;
  private final Optional<BlobCache> cache;

  /**
   * A handler.
   *
   * @param cache where blobs come from that are not here
   */
  BlobHandler(Repositories repositories, Optional<BlobCache> cache) {
    this.repositories = repositories;
    this.cache = cache;
  }

  void serve(Call call, String name, String digestText) throws IOException, Refusal {
    Digest digest = DigestText.parse(digestText);
    switch (call.method()) {
      case "GET", "HEAD" -> {
        if (answered(call, name, digest)) {
          return;
        }
        if (cache.isEmpty()) {
          repositories.require(name);
          throw unknown(digest);
        }
        cache.get().serve(call, name, DigestText.parseCheckable(digestText));
      }
      case "DELETE" -> delete(call, repositories.require(name), digest);
      default -> throw Refusal.method(call, "GET, HEAD, DELETE");
    }
  }

  /** Answers with what is here; false if it is not. */
  private boolean answered(Call call, String name, Digest digest) throws IOException, Refusal {
    Optional<Repository> repository = repositories.find(name);
    if (repository.isEmpty()) {
      return false;
    }
    // Before the look: a client that finds the blob will not upload it.
    repository.get().promise();
    Optional<Blob> blob = repository.get().layout().find(digest);
    if (blob.isEmpty()) {
      return false;
    }
    try (FileChannel channel = blob.get().channel()) {
      send(call, digest, channel);
      return true;
    } catch (NoSuchFileException e) {
      // Just removed.
      return false;
    }
  }

  private static void send(Call call, Digest digest, FileChannel channel)
      throws IOException, Refusal {
    long size = channel.size();
    String tag = "\"" + digest + "\"";
    describe(call, digest);
    if (ETags.match(call.header("If-None-Match"), tag)) {
      call.answer(304, size).close();
      return;
    }
    Optional<ByteRange> range = range(call, tag, size);
    if (range.isEmpty()) {
      try (OutputStream out = call.answer(200, size)) {
        if (!call.isHead()) {
          copy(channel, new ByteRange(0, size), out);
        }
      }
      return;
    }
    call.with("Content-Range", range.get().contentRange(size));
    if (range.get().length() == 0) {
      throw new Refusal(416, Problem.SIZE_INVALID, "the blob has " + size + " bytes");
    }
    try (OutputStream out = call.answer(206, range.get().length())) {
      copy(channel, range.get(), out);
    }
  }

  /** The headers of every answer with a blob. */
  static void describe(Call call, Digest digest) {
    call.with("Docker-Content-Digest", digest.toString())
        .with("ETag", "\"" + digest + "\"")
        .with("Accept-Ranges", "bytes")
        .with("Content-Type", "application/octet-stream");
  }

  private static Optional<ByteRange> range(Call call, String tag, long size) {
    boolean unchanged = call.header("If-Range").map(tag::equals).orElse(true);
    return call.isHead() || !unchanged
        ? Optional.empty()
        : call.header("Range").flatMap(header -> ByteRange.parse(header, size));
  }

  /** Copies a part of a file that has it. */
  static void copy(FileChannel channel, ByteRange range, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long position = range.first();
    long left = range.length();
    while (left > 0) {
      buffer.clear().limit((int) Math.min(BUFFER, left));
      int n = channel.read(buffer, position);
      if (n < 0) {
        throw new IOException("a blob became shorter while it was read");
      }
      out.write(buffer.array(), 0, n);
      position += n;
      left -= n;
    }
  }

  private static void delete(Call call, Repository repository, Digest digest)
      throws IOException, Refusal {
    for (Descriptor entry : repository.layout().index().entries()) {
      if (entry.digest().equals(digest)) {
        throw new Refusal(
            405, Problem.UNSUPPORTED, digest + " is a manifest; delete it at its own address");
      }
    }
    if (!repository.layout().delete(digest)) {
      throw unknown(digest);
    }
    call.answer(202);
  }

  /** What to say of a blob that nobody has. */
  static Refusal unknown(Digest digest) {
    return new Refusal(404, Problem.BLOB_UNKNOWN, "there is no blob " + digest);
  }
}
