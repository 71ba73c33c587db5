package dev.flint.cli.command;

import dev.flint.agent.image.ImageCollector;
import dev.flint.agent.image.ImageCollector.Collected;
import dev.flint.agent.image.ImageCollector.Wish;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flint collect-images}: what the agent has done by a process of its own. */
@Command(
    name = "collect-images",
    hidden = true,
    description = "Remove unpacked images that nothing uses, and print what was removed.")
public final class CollectImagesCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--state", required = true, paramLabel = "DIR", description = "Of the agent.")
  private Path state;

  @Option(names = "--free", required = true, paramLabel = "BYTES", description = "How many.")
  private long bytes;

  @Option(
      names = "--min-age",
      defaultValue = "0",
      paramLabel = "SECONDS",
      description = "Keep what was used since.")
  private long minAge;

  @Option(names = "--keep", paramLabel = "REF", description = "Keep this image.")
  private List<String> keep = new ArrayList<>();

  /** Works in a context. */
  public CollectImagesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ImageCollector collector =
        new ImageCollector(state, state.resolve("images"), Clock.systemUTC());
    Collected done =
        collector
            .collect(new Wish(bytes, Duration.ofSeconds(minAge), keep))
            .orElse(new Collected(0, 0, List.of()));
    JsonObject document =
        JsonObject.empty()
            .with("images", done.images())
            .with("bytes", done.bytes())
            .withStrings("names", done.names());
    context.console().result(new String(document.bytes(), StandardCharsets.UTF_8));
    return 0;
  }
}
