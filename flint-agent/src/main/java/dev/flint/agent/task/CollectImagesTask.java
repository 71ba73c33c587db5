package dev.flint.agent.task;

import dev.flint.agent.image.ImageCollector;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Removes unpacked images that nothing uses: {@code --state DIR --free BYTES --fetch BYTES
 * --min-age SECONDS [--keep REF]...}.
 *
 * @param state the agent's folder
 */
record CollectImagesTask(Path state, ImageCollector.Wish wish) {
  static final String NAME = "collect-images";
  private static final String STATE = "--state";
  private static final String FREE = "--free";
  private static final String FETCH = "--fetch";
  private static final String MIN_AGE = "--min-age";
  private static final String KEEP = "--keep";

  static CollectImagesTask parse(List<String> args) throws FlintException {
    TaskArguments told =
        TaskArguments.parse(args, List.of(STATE, FREE, FETCH, MIN_AGE, KEEP), List.of());
    return new CollectImagesTask(
        Path.of(told.required(STATE)),
        new ImageCollector.Wish(
            told.number(FREE),
            told.number(FETCH),
            Duration.ofSeconds(told.number(MIN_AGE)),
            told.all(KEEP)));
  }

  /** Does it, and says what was removed. */
  JsonObject run() throws IOException {
    ImageCollector.Collected done =
        new ImageCollector(state, state.resolve("images"), Clock.systemUTC())
            .collect(wish)
            .orElse(ImageCollector.Collected.NOTHING);
    return JsonObject.empty()
        .with("images", done.images())
        .with("bytes", done.bytes())
        .withStrings("names", done.names())
        .with("possible", done.possible());
  }
}
