package dev.flint.agent.node;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.update.BootTime;
import dev.flint.agent.pod.update.UpdateMeans;
import dev.flint.agent.pod.update.UpdateRecord;
import dev.flint.agent.supervise.InstanceView;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What updates of pods ask for, on this device. */
final class UpdateWork implements UpdateMeans {
  private static final Path PROC = Path.of("/proc");

  private final PodNode.Parts parts;
  private final Executor workers;
  private final Consumer<Runnable> inbox;

  /**
   * @param inbox has its news run on the pods' own thread
   */
  UpdateWork(PodNode.Parts parts, Executor workers, Consumer<Runnable> inbox) {
    this.parts = parts;
    this.workers = workers;
    this.inbox = inbox;
  }

  @Override
  public void keep(UpdateRecord record) throws IOException {
    parts.updates().keep(record);
  }

  @Override
  public void prepare(PodSpec pod, BiConsumer<Map<String, PreparedImage>, String> told) {
    List<InstanceSpec> specs = new ArrayList<>();
    try {
      for (ContainerSpec container : pod.allContainers()) {
        specs.add(parts.make(pod, container));
      }
    } catch (IOException | InvalidPathException e) {
      // A path may have letters that this system's locale cannot name.
      told.accept(Map.of(), String.valueOf(e.getMessage()));
      return;
    }
    workers.execute(
        () -> {
          Map<String, PreparedImage> images = new HashMap<>();
          String problem = get(pod, specs, images);
          inbox.accept(() -> told.accept(images, problem));
        });
  }

  /** Says what is wrong. */
  private String get(PodSpec pod, List<InstanceSpec> specs, Map<String, PreparedImage> images) {
    List<ContainerSpec> containers = pod.allContainers();
    PullCredentials with = parts.watch().pullCredentials(pod.uid());
    for (int i = 0; i < specs.size(); i++) {
      ContainerSpec container = containers.get(i);
      try {
        PreparedImage image = parts.images().get(container.image(), container.pull(), with);
        images.put(container.name(), image);
        // What could not be made of it is better known while the other runs.
        parts.supervisor().plan(specs.get(i), image);
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // Untold, the update would be prepared for ever.
        return "container " + container.name() + ": " + SupervisedInstances.line(e);
      }
    }
    return "";
  }

  @Override
  public void discard(PodSpec pod) {
    try {
      parts.failures().remove(pod.uid());
      parts.volumes().remove(pod.uid());
    } catch (IOException e) {
      say("volumes of pod " + pod.name().name() + ": " + e.getMessage());
    }
  }

  @Override
  public Map<String, PreparedImage> images(PodSpec pod) {
    Map<String, PreparedImage> images = new HashMap<>();
    for (ContainerSpec container : pod.allContainers()) {
      InstanceView view =
          parts.supervisor().find(InstanceNames.of(pod.name(), container.name())).orElse(null);
      if (view != null && pod.uid().equals(view.spec().labels().get(PodLabels.UID))) {
        images.put(container.name(), view.image());
      }
    }
    return images;
  }

  @Override
  public BootTime time() throws IOException {
    return BootTime.read(PROC);
  }

  @Override
  public void say(String line) {
    parts.warnings().accept(line);
  }
}
