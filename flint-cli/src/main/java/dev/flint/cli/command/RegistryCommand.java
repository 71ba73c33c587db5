package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code flint registry}. */
@Command(
    name = "registry",
    description = "A registry within Flint, for demos, CI and sites without a network.")
public final class RegistryCommand implements Runnable {
  @Spec private CommandSpec spec;

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
        "Plain http and no credentials: keep it on loopback or behind a proxy.",
        "Each repository is an OCI image layout, DIR/NAME/_oci, that other tools can read.",
        "",
        "Example:  flint registry serve --listen 127.0.0.1:5000 --dir /srv/registry"
      })
  public static final class Serve implements Callable<Integer> {
    private static final int SECONDS_TO_END = 20;

    private final Context context;

    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        defaultValue = "127.0.0.1:5000",
        converter = AddressConverter.class,
        description = "Address; port 0 takes a free one. Default: 127.0.0.1:5000.")
    private InetSocketAddress listen;

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "Folder. Default: $FLINT_HOME/registry.")
    private @Nullable Path dir;

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

    /** Refusals are the client's to see; what fails here only the operator can mend. */
    private void logFailure(String line) {
      if (line.matches("[A-Z]+ \\S+ 5[0-9][0-9] .*")) {
        context.note(line);
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
      try (RegistryServer server = RegistryServer.start(listen, folder, this::logFailure)) {
        InetSocketAddress address = server.address();
        context.result("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
        if (!address.getAddress().isLoopbackAddress()) {
          context.note("anyone who reaches this address can read and write; there is no login");
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
