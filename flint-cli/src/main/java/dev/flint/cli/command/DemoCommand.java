package dev.flint.cli.command;

import dev.flint.cli.demo.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flint demo}. */
@Command(
    name = "demo",
    sortOptions = false,
    description = "Show the whole road on real parts, in a temporary folder.",
    footer = {
      "",
      "Nothing outside the folder is touched. Needs no network and no server.",
      "",
      "Example:  flint demo",
      "          flint demo --keep"
    })
public final class DemoCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--keep", description = "Keep the folder, and print where it is.")
  boolean keep;

  /** Works in a context. */
  public DemoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory(context.temporary(), "flint-demo");
    try (OrderlyEnd end = OrderlyEnd.with(() -> clean(folder))) {
      Demo demo = new Demo(context.console(), context.env(), context.runner(), folder);
      demo.transport();
      demo.boot();
      demo.background();
    }
    if (keep) {
      context.note("everything is in " + folder);
    }
    return 0;
  }

  private void clean(Path folder) throws IOException {
    Path device = folder.resolve("device/flint");
    try (TemporaryFolder temporary = new TemporaryFolder(folder, keep);
        BackgroundAgent agent = new BackgroundAgent(context, device, Demo.INSTANCE)) {
      // What is left goes.
    }
  }
}
