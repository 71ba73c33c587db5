package dev.flint.agent.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Confined to the thread that serves it. */
public final class Call {
  /** Of whatever is for people. */
  static final String TEXT = "text/plain; charset=utf-8";

  /** Of documents. */
  static final String JSON = "application/json";

  private final RequestHead head;
  private final @Nullable SSLSocket secure;
  private final Wire wire;
  private final Runnable admission;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable Answer body;
  private boolean answered;
  private boolean upgraded;
  private boolean last;

  /**
   * A request that was read.
   *
   * @param admission is told that whoever asks is known
   */
  Call(RequestHead head, @Nullable SSLSocket secure, Wire wire, Runnable admission) {
    this.head = head;
    this.secure = secure;
    this.wire = wire;
    this.admission = admission;
  }

  /** Says that whoever asks is known, and does not give way to those who are not. */
  public void admit() {
    admission.run();
  }

  /** Has the connection end with the answer, which is not begun yet. */
  public void endAfter() {
    last = true;
  }

  /** Whether another request may follow. */
  boolean isPersistent() {
    return !last && head.isPersistent();
  }

  /** Whether only the head of an answer is wanted. */
  public boolean isHead() {
    return head.method().equals("HEAD");
  }

  /** What is to be done, in the words of HTTP. */
  public String method() {
    return head.method();
  }

  /** A header of the request; empty if there is none, or it is empty. */
  public String asked(String header) {
    return head.field(header);
  }

  /** The items of a header of the request that is a list. */
  public List<String> askedAll(String header) {
    return head.items(header);
  }

  /** Whether another protocol is asked for, as HTTP/1.1 has it (RFC 9110, 7.8). */
  public boolean isUpgrade(String protocol) {
    return head.modern() && head.has("Connection", "upgrade") && head.has("Upgrade", protocol);
  }

  /**
   * The certificates that a client has shown in TLS, its own first, of which it has the key.
   * Whether they are to be believed is another matter.
   */
  public List<X509Certificate> certificates() {
    List<X509Certificate> chain = new ArrayList<>();
    if (secure != null) {
      try {
        for (Certificate one : secure.getSession().getPeerCertificates()) {
          chain.add((X509Certificate) one);
        }
      } catch (SSLPeerUnverifiedException e) {
        // It has shown none.
      }
    }
    return chain;
  }

  /** Whether it only asks. */
  public boolean isReading() {
    return isHead() || head.method().equals("GET");
  }

  /** Whether whoever asks knows this host as loopback, also by the name it asks for. */
  boolean isForLoopback() {
    String host = head.field("Host");
    return host.isEmpty() || ListenAddress.isLoopback(host);
  }

  /** The parts of the path between its slashes, the first after the first one. */
  public List<String> path() throws FlintException {
    List<String> parts = new ArrayList<>();
    int query = head.target().indexOf('?');
    String raw = query < 0 ? head.target() : head.target().substring(0, query);
    for (String part : raw.substring(1).split("/", -1)) {
      parts.add(decode(part));
    }
    return parts;
  }

  /** The parameters; one without a value has an empty one, and of two the last counts. */
  public Map<String, String> query() throws FlintException {
    Map<String, String> out = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> entry : queryLists().entrySet()) {
      List<String> values = entry.getValue();
      out.put(entry.getKey(), values.get(values.size() - 1));
    }
    return out;
  }

  /** All values of the parameters, in order. */
  public Map<String, List<String>> queryLists() throws FlintException {
    Map<String, List<String>> out = new LinkedHashMap<>();
    int query = head.target().indexOf('?');
    if (query < 0 || query == head.target().length() - 1) {
      return out;
    }
    for (String pair : head.target().substring(query + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      out.computeIfAbsent(decode(name), key -> new ArrayList<>())
          .add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }
    return out;
  }

  private static String decode(String text) throws FlintException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, "the address is not well percent-encoded", e);
    }
  }

  /** Sets a header of the answer. */
  public void header(String name, String value) {
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a header has one line");
    }
    headers.put(name, value);
  }

  /** Whether an answer was begun. */
  public boolean isAnswered() {
    return answered;
  }

  /** Answers with a line. */
  public void line(int status, String line) throws IOException {
    answer(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a document. */
  void document(JsonObject document) throws IOException {
    document(200, document);
  }

  /** Answers with a document that is not all well. */
  public void document(int status, JsonObject document) throws IOException {
    answer(status, JSON, document.bytes());
  }

  private void answer(int status, String type, byte[] content) throws IOException {
    describe(type);
    send(status, content.length);
    if (body != null) {
      body.write(content);
    }
  }

  /** Begins an answer whose length is not known; {@link #end} ends it. */
  OutputStream begin(String type) throws IOException {
    describe(type);
    send(200, -1);
    return body == null ? OutputStream.nullOutputStream() : body;
  }

  private void describe(String type) {
    header("Content-Type", type);
    header("Cache-Control", "no-store");
    header("X-Content-Type-Options", "nosniff");
  }

  /**
   * Sends the head of an answer.
   *
   * @param length of its body, or negative if nobody knows
   */
  private void send(int status, long length) throws IOException {
    answered = true;
    boolean chunked = length < 0 && head.modern();
    if (length >= 0) {
      header("Content-Length", Long.toString(length));
    } else if (chunked) {
      header("Transfer-Encoding", "chunked");
    }
    if (!isPersistent()) {
      header("Connection", "close");
    }
    wire.out().write(AnswerHead.of(status, headers));
    body = isHead() ? null : new Answer(wire.out(), chunked);
  }

  /** Answers what is no request. */
  static void refuse(OutputStream out, int status, String line) throws IOException {
    byte[] content = (line + "\n").getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", TEXT);
    headers.put("Content-Length", Integer.toString(content.length));
    headers.put("Connection", "close");
    out.write(AnswerHead.of(status, headers));
    out.write(content);
    out.flush();
  }

  /** Hands the connection over to another protocol; what was said of the answer goes before. */
  public Upgraded upgrade(String protocol) throws IOException {
    answered = true;
    upgraded = true;
    header("Connection", "Upgrade");
    header("Upgrade", protocol);
    wire.out().write(AnswerHead.of(101, headers));
    wire.out().flush();
    return new Upgraded(wire);
  }

  /** Whether the connection is no longer HTTP. */
  boolean isUpgraded() {
    return upgraded;
  }

  /** Whether this side has hung up. */
  boolean isCut() {
    return wire.watch().isCut();
  }

  /** Ends the answer as one that is whole. */
  void end() throws IOException {
    if (body != null) {
      body.close();
    } else {
      wire.out().flush();
    }
  }
}
