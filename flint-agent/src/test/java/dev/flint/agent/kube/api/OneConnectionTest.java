package dev.flint.agent.kube.api;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.flint.oci.pem.CredulousTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a server of HTTP/2 over TLS, which the fake API server is not. */
@Timeout(120)
final class OneConnectionTest {
  private static final int CALLS = 6;

  private final AtomicInteger connections = new AtomicInteger();
  private final ConnectionPool pool = new ConnectionPool(2, 1, TimeUnit.MINUTES);

  private final OkHttpClient client = client();

  private OkHttpClient client() {
    try {
      CredulousTrust trust = new CredulousTrust();
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {trust}, null);
      return new OkHttpClient.Builder()
          .sslSocketFactory(tls.getSocketFactory(), trust)
          .hostnameVerifier((host, session) -> true)
          .socketFactory(new Counting())
          .connectionPool(pool)
          .eventListener(new OneConnection(pool))
          .readTimeout(1, TimeUnit.MINUTES)
          .build();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private Protocol call(int port) throws IOException {
    // Of a name with two addresses it would try the second one after a quarter of a second.
    Request request = new Request.Builder().url("https://127.0.0.1:" + port + "/a").build();
    try (Response response = client.newCall(request).execute()) {
      return response.protocol();
    }
  }

  private List<Future<Protocol>> callsAtOnce(ExecutorService threads, int port)
      throws InterruptedException {
    List<Callable<Protocol>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(() -> call(port));
    }
    return threads.invokeAll(calls);
  }

  @Test
  void callsAtOnceShareOneAlsoAfterItIsLost() throws Exception {
    WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort().dynamicHttpsPort());
    ExecutorService threads = Executors.newFixedThreadPool(CALLS);
    try {
      server.start();
      server.stubFor(any(anyUrl()).willReturn(ok().withFixedDelay(100)));
      for (int round = 1; round <= 2; round++) {
        for (Future<Protocol> answer : callsAtOnce(threads, server.httpsPort())) {
          assertEquals(Protocol.HTTP_2, answer.get());
        }
        assertEquals(round, connections.get());
        pool.evictAll();
      }
    } finally {
      threads.shutdown();
      server.stop();
    }
  }

  @Test
  void whereNobodyListensEachIsTold() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ExecutorService threads = Executors.newFixedThreadPool(CALLS);
    try {
      for (Future<Protocol> answer : callsAtOnce(threads, port)) {
        assertThrows(ExecutionException.class, answer::get);
      }
      assertThrows(IOException.class, () -> call(port), "nobody keeps the turn");
    } finally {
      threads.shutdown();
    }
  }

  /** Makes sockets, and counts those that were made. */
  private final class Counting extends SocketFactory {
    private final SocketFactory sockets = SocketFactory.getDefault();

    @Override
    public Socket createSocket() throws IOException {
      connections.incrementAndGet();
      return sockets.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return sockets.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return sockets.createSocket(host, port, local, localPort);
    }
  }
}
