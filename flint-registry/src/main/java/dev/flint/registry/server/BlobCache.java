package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Blobs that are not here, from the upstream registry: sent on while they are stored, or without
 * being stored where there is no room. However many ask, a blob is fetched once; and the fetch goes
 * on when its client is gone, so that the next one finds the blob. Thread-safe.
 */
final class BlobCache {
  private static final int BUFFER = 64 * 1024;

  /** A disk that is full to the last byte stops other things than this registry. */
  private static final long SPARE_BYTES = 16 << 20;

  /**
   * As long as the client itself tries again; a place among the downloads may be as long coming.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Upstream upstream;
  private final Repositories repositories;
  private final Places places;
  private final Executor fetchers;
  private final Pause pause;
  private final Metrics metrics;
  private final Consumer<String> log;
  private final RegistryServer.FreeSpace space;
  private final OncePerKey<String, Optional<BlobDownload>> starts = new OncePerKey<>();
  private final Map<String, BlobDownload> running = new ConcurrentHashMap<>();

  /**
   * A cache.
   *
   * @param places for those who wait for the upstream registry
   * @param fetchers runs downloads
   */
  BlobCache(
      Upstream upstream,
      Repositories repositories,
      Places places,
      Executor fetchers,
      RegistryServer.Outside outside,
      Metrics metrics) {
    this.upstream = upstream;
    this.repositories = repositories;
    this.places = places;
    this.fetchers = fetchers;
    this.pause = outside.pause();
    this.metrics = metrics;
    this.log = outside.log();
    this.space = outside.space();
  }

  /** Answers with a blob that is not here. */
  void serve(Call call, String name, Digest digest) throws IOException, Refusal {
    try (Places.Place place = places.take(call)) {
      fetch(call, name, digest);
    }
  }

  private void fetch(Call call, String name, Digest digest) throws IOException, Refusal {
    RegistryRepository origin = upstream.repository(name);
    if (call.isHead()) {
      Descriptor blob = describe(origin, digest);
      BlobHandler.describe(call, digest);
      call.answer(200, blob.size()).close();
      return;
    }
    Optional<BlobDownload> download =
        starts.get(key(name, digest), () -> start(name, origin, digest));
    if (download.isEmpty()) {
      relay(call, origin, describe(origin, digest));
      return;
    }
    try (FileChannel channel = download.get().open()) {
      follow(call, download.get(), channel);
    } catch (FlintException e) {
      if (call.status() != 0) {
        // Too late for an answer: the connection is cut.
        throw new UpstreamException(e);
      }
      if (e.code() != ErrorCode.LOCAL_IO) {
        throw UpstreamException.of(e, BlobHandler.unknown(digest));
      }
      relay(call, origin, download.get().blob());
    }
  }

  private static String key(String name, Digest digest) {
    return name + "@" + digest;
  }

  private static Descriptor describe(RegistryRepository origin, Digest digest)
      throws IOException, Refusal {
    try {
      return origin.describeBlob(digest);
    } catch (FlintException e) {
      throw UpstreamException.of(e, BlobHandler.unknown(digest));
    }
  }

  /** The download that is under way, or a new one; empty if there is no room for the blob. */
  private Optional<BlobDownload> start(String name, RegistryRepository origin, Digest digest)
      throws IOException, Refusal {
    BlobDownload known = running.get(key(name, digest));
    if (known != null) {
      return Optional.of(known);
    }
    Descriptor blob = describe(origin, digest);
    OciLayout layout = repositories.create(name).layout();
    if (layout.find(blob).isEmpty() && !hasRoomFor(layout, blob)) {
      return Optional.empty();
    }
    BlobDownload download =
        new BlobDownload(layout, blob, BlobSource.of(origin, blob), pause, PATIENCE);
    running.put(key(name, digest), download);
    metrics.fetched();
    fetchers.execute(() -> run(key(name, digest), download));
    return Optional.of(download);
  }

  private void run(String key, BlobDownload download) {
    try {
      download.run();
    } finally {
      running.remove(key);
      download
          .failure()
          .ifPresent(e -> log.accept("upstream blob " + key + " failed: " + LogText.of(e)));
    }
  }

  private boolean hasRoomFor(OciLayout layout, Descriptor blob) throws IOException {
    return space.of(layout.folder()) - SPARE_BYTES >= blob.size();
  }

  private static void follow(Call call, BlobDownload download, FileChannel channel)
      throws IOException {
    long size = download.blob().size();
    BlobHandler.describe(call, download.blob().digest());
    try (OutputStream out = call.answer(200, size)) {
      long position = 0;
      while (position < size) {
        long limit = download.beyond(position);
        BlobHandler.copy(channel, new ByteRange(position, limit - position), out);
        position = limit;
      }
    }
  }

  /** Sends a blob on without storing it, one buffer behind: what is sent last was verified. */
  private void relay(Call call, RegistryRepository origin, Descriptor blob)
      throws IOException, Refusal {
    try (InputStream in =
        new VerifyingInputStream(
            new ResumingStream(BlobSource.of(origin, blob), 0, blob.size(), pause),
            blob.digest(),
            blob.size(),
            "blob")) {
      byte[] last = new byte[BUFFER];
      byte[] next = new byte[BUFFER];
      int length = in.read(last, 0, BUFFER);
      BlobHandler.describe(call, blob.digest());
      try (OutputStream out = call.answer(200, blob.size())) {
        while (length >= 0) {
          int n = in.read(next, 0, BUFFER);
          out.write(last, 0, length);
          byte[] written = last;
          last = next;
          next = written;
          length = n;
        }
      }
    } catch (FlintException e) {
      throw call.status() == 0
          ? UpstreamException.of(e, BlobHandler.unknown(blob.digest()))
          : new UpstreamException(e);
    }
  }
}
