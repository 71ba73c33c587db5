package dev.flint.agent.kube.api;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client for one server. If a certificate of files vouches for us, others renew those now
 * and then: then there is a new client with new connections, as the old ones would show the old
 * certificate as long as they last. Thread-safe.
 */
final class ApiHttp implements Closeable {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ApiAccess access;
  private final boolean tls;

  /** Guarded by this, as all that follows. */
  private OkHttpClient client;

  private List<Stamp> stamps;
  private long looked;

  /** What another file in a file's place differs in. */
  private record Stamp(FileTime changed, long size, @Nullable Object key) {}

  /**
   * A client that has not said anything yet.
   *
   * @param tls whether it speaks TLS
   */
  ApiHttp(ApiAccess access, OkHttpClient.Builder builder, boolean tls) throws IOException {
    this.access = access;
    this.tls = tls;
    this.stamps = stamps();
    this.looked = System.nanoTime();
    this.client = made(builder);
  }

  private OkHttpClient made(OkHttpClient.Builder builder) throws IOException {
    if (tls) {
      ApiTls.apply(access, builder);
    }
    ConnectionPool pool = new ConnectionPool(2, 1, TimeUnit.MINUTES);
    return builder.connectionPool(pool).eventListener(new OneConnection(pool)).build();
  }

  /** For the next request. */
  synchronized OkHttpClient client() {
    if (System.nanoTime() - looked >= LOOK_NANOS) {
      look();
    }
    return client;
  }

  /** There may be another certificate: the server did not know us, or somebody has written one. */
  synchronized void look() {
    looked = System.nanoTime();
    try {
      List<Stamp> now = stamps();
      // Whoever renews them may remove them first; by none we would be nobody.
      if (now.size() >= stamps.size() && !now.equals(stamps)) {
        OkHttpClient before = client;
        client = made(before.newBuilder());
        stamps = now;
        before.connectionPool().evictAll();
      }
    } catch (IOException e) {
      // Somebody is about to write them; the next look finds them whole.
    }
  }

  private List<Stamp> stamps() throws IOException {
    List<Stamp> all = new ArrayList<>();
    if (access.credential() instanceof Credential.CertificateFiles files) {
      for (Path file : List.of(files.chain(), files.key())) {
        if (Files.exists(file)) {
          BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
          all.add(new Stamp(found.lastModifiedTime(), found.size(), found.fileKey()));
        }
      }
    }
    return all;
  }

  /** Ends all calls. */
  @Override
  public synchronized void close() {
    client.dispatcher().cancelAll();
    client.connectionPool().evictAll();
  }
}
