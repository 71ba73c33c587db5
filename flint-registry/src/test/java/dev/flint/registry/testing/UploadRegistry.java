package dev.flint.registry.testing;

import dev.flint.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry that takes blobs in every form, whole and by chunks in order, and does to some
 * requests what a test wants instead. Sessions are at {@code /upload?s=NUMBER}.
 */
public final class UploadRegistry implements AutoCloseable {
  private static final byte[] NONE = {};

  private final FaultServer server;
  private final Fault fault;
  private final Map<String, ByteArrayOutputStream> sessions = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger moves = new AtomicInteger();
  private volatile String openingHeader = "";

  /** Answers some requests in another way. */
  public interface Fault {
    /** Whether it has answered, or ended the connection. */
    boolean on(Exchange x, UploadRegistry registry) throws IOException;
  }

  private UploadRegistry(Fault fault) throws IOException {
    this.fault = fault;
    this.server = FaultServer.start(this::serve);
  }

  /** Starts one. */
  public static UploadRegistry start(Fault fault) throws IOException {
    return new UploadRegistry(fault);
  }

  /** Adds a header to the answers that open sessions. */
  public UploadRegistry opening(String header) {
    openingHeader = "\r\n" + header;
    return this;
  }

  /** {@code HOST:PORT} as in image references. */
  public String host() {
    return server.host();
  }

  /** Method and target of every request, in the order they came. */
  public List<String> requests() {
    return server.requests();
  }

  /** How many requests begin like this. */
  public long count(String start) {
    return requests().stream().filter(line -> line.startsWith(start)).count();
  }

  /** Whether it has exactly this blob. */
  public boolean has(byte[] blob) {
    return blobs.containsKey(Digest.sha256(blob).toString());
  }

  /** Appends to the session that a request is about what has come of the request's body. */
  public void keep(Exchange x, int bytes) throws IOException {
    session(x).write(x.body(bytes));
  }

  /** The number of bytes of the session that a request is about. */
  public int size(Exchange x) {
    return session(x).size();
  }

  /** Forgets the session that a request is about. */
  public void forget(Exchange x) {
    sessions.remove(id(x));
  }

  /** Does what is asked, and does not say so. */
  public void takeSilently(Exchange x) throws IOException {
    session(x).write(x.body());
    store(x);
    x.reset();
  }

  private ByteArrayOutputStream session(Exchange x) {
    return sessions.computeIfAbsent(id(x), id -> new ByteArrayOutputStream());
  }

  private static String id(Exchange x) {
    return x.target().replaceAll("^/upload\\?s=([0-9]+).*$", "$1");
  }

  private void serve(Exchange x) throws IOException {
    if (fault.on(x, this)) {
      return;
    }
    if (!x.target().startsWith("/upload")) {
      outside(x);
    } else if (!sessions.containsKey(id(x))) {
      x.body();
      x.reply(404, "", utf8("{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}"));
    } else {
      switch (x.method()) {
        case "PATCH" -> append(x);
        case "PUT" -> close(x);
        case "GET" -> x.reply(204, progress(x), NONE);
        default -> {
          forget(x);
          x.reply(204, "", NONE);
        }
      }
    }
  }

  private void outside(Exchange x) throws IOException {
    byte[] body = x.body();
    switch (x.method()) {
      case "POST" -> {
        String id = "" + opened.incrementAndGet();
        sessions.put(id, new ByteArrayOutputStream());
        x.reply(202, "Location: /upload?s=" + id + openingHeader, NONE);
      }
      case "HEAD" -> {
        byte[] blob = blobs.get(x.target().replaceAll("^.*/", ""));
        x.reply(blob == null ? 404 : 200, "", blob == null ? NONE : blob);
      }
      default -> x.reply(body.length == 0 ? 404 : 201, "", NONE);
    }
  }

  private void append(Exchange x) throws IOException {
    byte[] body = x.body();
    int size = session(x).size();
    String wanted = size + "-" + (size + body.length - 1);
    // Whoever says how long the body is has to say where it belongs.
    if (!x.header("transfer-encoding").isPresent()
        && !x.header("content-range").orElse("").equals(wanted)) {
      x.reply(416, progress(x), NONE);
      return;
    }
    session(x).write(body);
    x.reply(202, progress(x), NONE);
  }

  private void close(Exchange x) throws IOException {
    session(x).write(x.body());
    if (store(x)) {
      x.reply(201, "", NONE);
    } else {
      x.reply(400, "", utf8("{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}"));
    }
  }

  private boolean store(Exchange x) {
    byte[] blob = session(x).toByteArray();
    forget(x);
    String digest = Digest.sha256(blob).toString();
    if (!x.target().endsWith("digest=" + digest)) {
      return false;
    }
    blobs.put(digest, blob);
    return true;
  }

  /** Where the session is, at another address each time, and how far it came. */
  public String progress(Exchange x) {
    return "Location: /upload?s="
        + id(x)
        + "&move="
        + moves.incrementAndGet()
        + "\r\nRange: 0-"
        + Math.max(0, session(x).size() - 1);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
