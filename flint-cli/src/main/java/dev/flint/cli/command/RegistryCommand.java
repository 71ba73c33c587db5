package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code flint registry}. */
@Command(
    name = "registry",
    description = "Run a registry of Flint's own, for CI and sites without network.",
    footer = {"", "Example:  flint registry serve --dir ./registry"})
public final class RegistryCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code flint registry serve}. */
  @Command(
      name = "serve",
      sortOptions = false,
      description = "Serve a folder as a registry until interrupted.",
      footer = {
        "",
        "Without --htpasswd, whoever reaches it may read and write; without --cert,",
        "passwords and images go over the network in the clear: keep it on loopback or",
        "behind a proxy then. Each repository is an OCI image layout, DIR/NAME/_oci,",
        "that other tools can read. As a cache it fetches what is asked for once, checks",
        "it, and keeps it; when the other registry cannot be reached, what is there goes",
        "on being served.",
        "",
        "Example:  flint registry serve --listen 127.0.0.1:5000 --dir ./registry",
        "          flint registry serve --listen :5000 --htpasswd users \\",
        "              --cert tls.pem --key tls.key",
        "          flint registry serve --listen :5001 --upstream http://localhost:5000"
      })
  public static final class Serve implements Callable<Integer> {
    private static final int SECONDS_TO_END = 20;

    private final Context context;

    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        defaultValue = "127.0.0.1:5000",
        converter = AddressConverter.class,
        description = "Address to listen at; port 0 takes a free one. Default: 127.0.0.1:5000.")
    InetSocketAddress listen;

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "Folder. Default: $FLINT_HOME/registry.")
    @Nullable Path dir;

    @Mixin ServeOptions options = new ServeOptions();

    /** Works in a context. */
    public Serve(Context context) {
      this.context = context;
    }

    static final class AddressConverter implements ITypeConverter<InetSocketAddress> {
      @Override
      public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
          throw new TypeConversionException("expected HOST:PORT: " + text);
        }
        return new InetSocketAddress(
            colon == 0 ? "0.0.0.0" : text.substring(0, colon), Integer.parseInt(port));
      }
    }

    private static void endInOrder(CountDownLatch ended, CountDownLatch closed) {
      ended.countDown();
      try {
        closed.await(SECONDS_TO_END, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Refusals are the client's to see; what fails here or upstream only the operator can mend. */
    private void logFailure(String line) {
      if (line.startsWith("upstream ") || line.matches("[A-Z]+ \\S+ 5[0-9][0-9] .*")) {
        context.note(line);
      }
    }

    private void warn(ServerSettings settings) {
      if (settings.htpasswd().isEmpty()) {
        boolean writable = !settings.readOnly() && settings.upstream().isEmpty();
        context.note(
            "anyone who reaches this address can read"
                + (writable ? " and write" : "")
                + "; there is no login");
      } else if (settings.tls().isEmpty()) {
        context.note("passwords go over the network in the clear; --cert and --key prevent that");
      }
    }

    @Override
    public Integer call() throws IOException {
      if (listen.isUnresolved()) {
        throw new FlintException(ErrorCode.USAGE, "cannot listen on " + listen + ": no such host");
      }
      CountDownLatch ended = new CountDownLatch(1);
      CountDownLatch closed = new CountDownLatch(1);
      // The process must not end before the registry has.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(ended, closed)));
      Path folder = dir == null ? context.home().resolve("registry") : dir;
      ServerSettings settings = options.settings(context);
      try (RegistryServer server =
          RegistryServer.start(listen, folder, settings, this::logFailure)) {
        InetSocketAddress address = server.address();
        context.result(
            (settings.tls().isPresent() ? "https://" : "http://")
                + address.getAddress().getHostAddress()
                + ":"
                + address.getPort());
        if (!address.getAddress().isLoopbackAddress()) {
          warn(settings);
        }
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        closed.countDown();
      }
      return ErrorCode.INTERRUPTED.exitCode();
    }
  }
}
