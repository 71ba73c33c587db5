package dev.flint.agent.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Tells over HTTP what the agent does (docs/agent.md). It listens on loopback only, asks nobody for
 * a password and changes nothing.
 */
public final class HttpEndpoint implements Closeable {
  private final Listener listener;

  private HttpEndpoint(Listener listener) {
    this.listener = listener;
  }

  /**
   * Listens.
   *
   * @param listen {@code HOST:PORT}; port 0 chooses a free one
   * @throws FlintException USAGE if it is no address, POLICY if it is not loopback, LOCAL_IO if the
   *     port is taken
   */
  public static HttpEndpoint start(String listen, AgentView view) throws IOException {
    return start(listen, new Pages(new Answers(view), Pages.Extent.ALL));
  }

  /** The same, but it tells nothing but whether the agent is well, as a kubelet does. */
  public static HttpEndpoint health(String listen, AgentView view) throws IOException {
    return start(listen, new Pages(new Answers(view), Pages.Extent.HEALTH));
  }

  private static HttpEndpoint start(String listen, Pages pages) throws IOException {
    InetSocketAddress address = ListenAddress.loopback(listen);
    try {
      return new HttpEndpoint(Listener.plain(address, pages));
    } catch (FlintException e) {
      throw e.code() == ErrorCode.LOCAL_IO
          ? new FlintException(
              e.code(),
              String.valueOf(e.getMessage()),
              "choose another port by --listen, or none",
              e)
          : e;
    }
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return listener.address();
  }

  @Override
  public void close() {
    listener.close();
  }
}
