package dev.flint.agent.kube.pki;

import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Kubeconfig;
import dev.flint.agent.kube.api.ServerWork;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets a node its certificate, and the next one before that runs out, however long the cluster
 * takes. One thread runs it; another closes it.
 */
public final class CertificateKeeper implements Runnable, Closeable {
  private static final int STACK = 512 * 1024;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** As a kubelet: then it asks once more, as requests are forgotten. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final Duration BETWEEN = Duration.ofMinutes(1);

  /** After somebody has said no. */
  private static final Duration DENIED = Duration.ofMinutes(10);

  /**
   * The clock may be set while one waits for it, or the server may take the certificate no more.
   */
  private static final Duration LOOK = Duration.ofMinutes(10);

  private final Parts parts;
  private final ServerWork work;
  private final ServerWork naming;
  private final double chance = new SplittableRandom().nextDouble();
  private Optional<X509Certificate> own = Optional.empty();
  private boolean named;
  private boolean joined;

  /** Whether the last thing that happened is that a certificate was given. */
  private boolean given;

  private volatile boolean closed;
  private volatile @Nullable Thread thread;

  /**
   * What it works with.
   *
   * @param node the node's name
   * @param own who asks for the next certificate: the node itself
   * @param joined done once, when there is a certificate for the first time
   * @param warnings is told what goes wrong, and when it does no more
   */
  public record Parts(
      NodeJoin join,
      String node,
      ApiClient own,
      Runnable joined,
      Pause pause,
      InstantSource clock,
      Consumer<String> warnings) {}

  /** Waits. */
  @FunctionalInterface
  public interface Pause {
    /** Waits so long. */
    void await(Duration length) throws InterruptedException;
  }

  /** Starts one on a thread of its own. */
  public static CertificateKeeper start(Parts parts) {
    CertificateKeeper keeper = new CertificateKeeper(parts);
    Thread thread = new Thread(null, keeper, "flint-identity", STACK);
    thread.setDaemon(true);
    keeper.thread = thread;
    thread.start();
    return keeper;
  }

  CertificateKeeper(Parts parts) {
    this.parts = parts;
    this.work =
        new ServerWork(
            parts.own,
            "the node's certificate cannot be got",
            "the node's certificate: the server answers again",
            parts.warnings);
    this.naming =
        new ServerWork(
            parts.own,
            "the node's kubeconfig cannot be written",
            "the node's kubeconfig is written",
            parts.warnings);
    this.joined = !parts.join.joins();
    this.named = joined && Files.exists(parts.join.kubeconfig());
  }

  @Override
  public void run() {
    own = certificate().find();
    try {
      while (!closed) {
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins what a certificate is for, and orders one if there is none that is left as it is. */
  private void step() throws InterruptedException {
    Instant now = parts.clock.instant();
    boolean good = own.isPresent() && NodeCertificate.holds(own.get(), now);
    if (good || joined) {
      name();
      join();
    }
    // A clock that is behind knows nothing of what has run out; the server does.
    boolean first = !good || parts.own.isRefused();
    Optional<Path> bootstrap = first ? bootstrap() : Optional.empty();
    Duration left =
        own.isEmpty() || bootstrap.isPresent()
            ? Duration.ZERO
            : Duration.between(now, NodeCertificate.renewalOf(own.get(), chance));
    if (left.compareTo(Duration.ZERO) > 0) {
      given = false;
      parts.pause.await(left.compareTo(LOOK) > 0 ? LOOK : left);
    } else if (given) {
      // By a clock that is far ahead each new one is due at once, or has run out.
      given = false;
      parts.pause.await(BETWEEN);
    } else if (bootstrap.isPresent()) {
      work.attempt(() -> get(bootstrap.get()));
    } else {
      work.attempt(() -> get(parts.own));
    }
  }

  /** The node needs no kubeconfig while it runs, so that it does not wait for a full disk. */
  private void name() throws InterruptedException {
    if (!named) {
      named = naming.attempt(parts.join::name);
    }
  }

  private void join() {
    if (joined) {
      return;
    }
    joined = true;
    try {
      parts.joined.run();
    } catch (RuntimeException | OutOfMemoryError e) {
      // What was begun of it cannot be begun again; but the certificate is to be renewed.
      parts.warnings.accept("the node was not begun, start the agent again: " + e);
    }
  }

  private NodeCertificate certificate() {
    return parts.join.certificate().orElseThrow();
  }

  /** How the first certificate is got; later only if it is there, as the node may do without. */
  private Optional<Path> bootstrap() {
    return parts.join.bootstrap().filter(file -> !joined || Files.exists(file));
  }

  /** The file is read each time: it may be put there when it is needed. */
  private void get(Path bootstrap) throws IOException, InterruptedException {
    try (ApiClient api = new ApiClient(Kubeconfig.read(bootstrap), "flint-agent")) {
      get(api);
    }
  }

  /** Asks for one and waits until it is given, or until it is to be asked for again. */
  private void get(ApiClient api) throws IOException, InterruptedException {
    CertificateOrder order = new CertificateOrder(api);
    NodeKey key = NodeKey.make();
    String name = order.place(parts.node, key);
    work.well();
    Duration waited = Duration.ZERO;
    Duration next = FIRST;
    while (!closed && waited.compareTo(PATIENCE) < 0) {
      CertificateOrder.Answer answer = order.look(name);
      if (answer instanceof CertificateOrder.Given found) {
        certificate().keep(key, found.chain());
        own = certificate().find();
        parts.own.look();
        given = true;
        return;
      } else if (answer instanceof CertificateOrder.Refused refused) {
        parts.warnings.accept("certificate request " + name + ": " + refused.why());
        parts.pause.await(DENIED);
        return;
      } else if (answer instanceof CertificateOrder.Forgotten) {
        parts.pause.await(LONGEST);
        return;
      }
      parts.pause.await(next);
      waited = waited.plus(next);
      if (next.compareTo(LONGEST) < 0) {
        next = next.multipliedBy(2);
        if (next.compareTo(LONGEST) > 0) {
          next = LONGEST;
          parts.warnings.accept(
              "the node's certificate is not given yet; kubectl certificate approve " + name);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    work.end();
    naming.end();
    Thread waits = thread;
    if (waits != null) {
      waits.interrupt();
    }
  }
}
