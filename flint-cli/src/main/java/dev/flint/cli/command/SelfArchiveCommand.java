package dev.flint.cli.command;

import dev.flint.cli.console.Console;
import dev.flint.cli.demo.Demo;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Loads the classes of everyday commands, so that the launcher can archive them for faster starts.
 * Touches nothing outside a temporary folder.
 */
@Command(
    name = "self-archive-training",
    hidden = true,
    description = "Load what the start-up archive shall hold.")
public final class SelfArchiveCommand implements Callable<Integer> {
  private final Context context;

  /** Works in a context. */
  public SelfArchiveCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console silent = new Console(nowhere, nowhere, false, context.console().columns());
    Path folder = Files.createTempDirectory("flint-training");
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (TemporaryFolder temporary = new TemporaryFolder(folder, false);
        RegistryServer registry = RegistryServer.start(loopback, folder.resolve("training"))) {
      new Demo(silent, context.env(), context.runner(), folder).transport();
      Training training = new Training(silent, context.env(), context.runner(), folder);
      training.update("localhost:" + registry.address().getPort() + "/training");
      training.compose();
      training.overTls();
    }
    return 0;
  }
}
