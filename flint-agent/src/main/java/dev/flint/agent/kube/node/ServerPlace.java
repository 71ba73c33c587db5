package dev.flint.agent.kube.node;

import dev.flint.agent.pod.IpLiteral;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server. Resolvers that are dead keep whoever asks waiting for half a minute, so
 * they are asked on a thread of their own, now and then; until they answer the last address counts.
 * Thread-safe.
 */
final class ServerPlace {
  private static final long PATIENCE_MILLIS = 1000;

  /** Of so many times one asks them: once a minute, as looks go. */
  private static final int ANEW = 6;

  private static final int STACK = 512 * 1024;

  private final String name;
  private final Resolver resolver;
  private final long patience;
  private final boolean fixed;

  /** Guarded by this. */
  private @Nullable InetAddress last;

  /** Guarded by this. */
  private boolean asking;

  /** Guarded by this. */
  private int times;

  /** Who knows names. */
  @FunctionalInterface
  interface Resolver {
    /** Says the address of a host. */
    InetAddress resolve(String name) throws UnknownHostException;
  }

  /**
   * Nobody is asked yet.
   *
   * @param patience how long one waits for an answer, in ms
   */
  ServerPlace(String name, Resolver resolver, long patience) {
    this.name = name;
    this.resolver = resolver;
    this.patience = patience;
    this.fixed = IpLiteral.isAddress(name);
    if (fixed) {
      resolve();
    }
  }

  static ServerPlace of(URI server) {
    String host = server.getHost() == null ? "" : server.getHost();
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new ServerPlace(name, InetAddress::getByName, PATIENCE_MILLIS);
  }

  /** The address, if it has ever been known. */
  synchronized Optional<InetAddress> find() {
    times++;
    if (!fixed && !asking && (last == null || times >= ANEW)) {
      times = 0;
      ask();
    }
    return Optional.ofNullable(last);
  }

  private synchronized void ask() {
    Thread thread = new Thread(null, this::resolve, "flint-resolve", STACK);
    thread.setDaemon(true);
    try {
      thread.start();
      asking = true;
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
      long left = patience;
      while (asking && left > 0) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (OutOfMemoryError e) {
      // There is no thread just now.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void resolve() {
    InetAddress found = null;
    try {
      found = resolver.resolve(name);
    } catch (UnknownHostException e) {
      // Nobody knows it now.
    } finally {
      answered(found);
    }
  }

  private synchronized void answered(@Nullable InetAddress found) {
    last = found == null ? last : found;
    asking = false;
    notifyAll();
  }
}
