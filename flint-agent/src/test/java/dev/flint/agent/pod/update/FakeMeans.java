package dev.flint.agent.pod.update;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A device with a disk that outlives the agent, and a registry that answers when a test says. */
final class FakeMeans implements UpdateMeans {
  UpdateRecord disk = UpdateRecord.none(new ObjectName("default", "web"));
  boolean full;
  BootTime time = new BootTime("first", 1000);
  final List<String> said = new ArrayList<>();
  final List<String> discarded = new ArrayList<>();
  int asked;
  private @Nullable PodSpec fetched;
  private @Nullable BiConsumer<Map<String, PreparedImage>, String> waiting;

  static Map<String, PreparedImage> pins(PodSpec pod) {
    Map<String, PreparedImage> images = new HashMap<>();
    for (ContainerSpec container : pod.allContainers()) {
      images.put(
          container.name(),
          new PreparedImage(
              Digest.sha256((pod.uid() + container.name()).getBytes(StandardCharsets.UTF_8)),
              ImageConfig.of(JsonObject.empty()),
              new PreparedImage.Layers(List.of(Path.of("/layer")))));
    }
    return images;
  }

  /** The registry answers, if it was asked: with the images, or a failure. */
  void answer(String problem) {
    BiConsumer<Map<String, PreparedImage>, String> told = waiting;
    PodSpec pod = fetched;
    waiting = null;
    if (told != null && pod != null) {
      told.accept(problem.isEmpty() ? pins(pod) : Map.of(), problem);
    }
  }

  boolean isAsked() {
    return waiting != null;
  }

  /** What was asked dies with the agent. */
  void die() {
    waiting = null;
  }

  @Override
  public void keep(UpdateRecord record) throws IOException {
    if (full) {
      throw new IOException("no space left on device");
    }
    disk = UpdateDocument.read(UpdateDocument.write(record));
  }

  @Override
  public void prepare(PodSpec pod, BiConsumer<Map<String, PreparedImage>, String> told) {
    asked++;
    fetched = pod;
    waiting = told;
  }

  @Override
  public void discard(PodSpec pod) {
    discarded.add(pod.uid());
  }

  @Override
  public Map<String, PreparedImage> images(PodSpec pod) {
    return pins(pod);
  }

  @Override
  public BootTime time() {
    return time;
  }

  @Override
  public void say(String line) {
    said.add(line);
  }
}
