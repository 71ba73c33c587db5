package dev.flint.bench.job;

import dev.flint.bench.input.Disk;
import dev.flint.bench.machine.Registry;
import dev.flint.bench.machine.Script;
import dev.flint.bench.tool.Image;
import dev.flint.bench.tool.Tool;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A registry with the images that are fetched: each tool fetches what it pushed itself, one that
 * cannot push fetches what the first tool pushed.
 */
public final class Shelf implements AutoCloseable {
  private final Bench bench;
  private final Registry registry;
  private final Map<String, Image> images = new HashMap<>();

  /** Starts a registry without images. */
  public Shelf(Bench bench) throws IOException {
    this.bench = bench;
    this.registry = Registry.start(bench.work().resolve("shelf"));
  }

  /** The image of a disk that a tool pushes, pushed when first asked for. */
  public Image image(Tool tool, Disk disk) throws IOException {
    String reference =
        "%s/bench/%s:%d"
            .formatted(
                registry.host(),
                tool.name().replaceAll("[^a-z]+", "-").toLowerCase(Locale.ROOT),
                Integer.toUnsignedLong(disk.file().hashCode()));
    Image known = images.get(reference);
    if (known != null) {
      return known;
    }
    Optional<Script> push = tool.push(disk, reference);
    if (push.isEmpty()) {
      return image(bench.flint(), disk);
    }
    tool.reset();
    bench.stopwatch().run(push.get());
    Image image = bench.pushed().look(reference);
    images.put(reference, image);
    return image;
  }

  int port() {
    return registry.port();
  }

  @Override
  public void close() throws IOException {
    registry.close();
  }
}
