package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.ContainerInstance;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pods do when something fails that nobody thought of. */
class PodTroubleTest {
  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();
  private Supervisor supervisor;
  private PodNode.Parts parts;
  private PodSpec pod;

  /** A backend with a mistake in it. */
  private static final class Mistaken implements Backend {
    @Override
    public String name() {
      return "mistaken";
    }

    @Override
    public LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder) {
      throw new IllegalStateException("a mistake");
    }

    @Override
    public Run start(LaunchPlan plan, InstanceFolder folder) {
      throw new IllegalStateException("a mistake");
    }

    @Override
    public Optional<Run> adopt(LaunchPlan plan, InstanceFolder folder) {
      return Optional.empty();
    }

    @Override
    public void clean(LaunchPlan plan, InstanceFolder folder) {}
  }

  @BeforeEach
  void open() throws IOException {
    Digest digest = Digest.sha256("m".getBytes(StandardCharsets.UTF_8));
    ImageConfig config = ImageConfig.of(JsonObject.empty().with("feather.backend", "mistaken"));
    PreparedImage image = new PreparedImage(digest, config, new PreparedImage.Layers(List.of()));
    Path document = Files.write(folder.resolve("document"), ImageDocument.write(image).bytes());
    ChildProgram child =
        new ChildProgram(
            List.of("/bin/sh", "-c", "cat " + document, "sh"), folder.resolve("images"));
    FetchCount count = new FetchCount();
    ImageSpace space = new ImageSpace(child, folder, ImageSpace.Rule.USUAL, count, said::add);
    InstanceStore store = new InstanceStore(folder.resolve("i"), folder.resolve("s"));
    store.open();
    Map<String, Backend> backends = Map.of("mistaken", new Mistaken());
    supervisor = new Supervisor(store, backends, Clock.systemUTC(), said::add);
    parts =
        new PodNode.Parts(
            new PodWatch(folder.resolve("pods"), Clock.systemUTC()),
            new Volumes(folder.resolve("plain"), folder.resolve("secret")),
            new HostFacts("edge", "", 1, 1L << 30),
            supervisor,
            new UpdateRecords(folder.resolve("updates")),
            new ImageFetch(child, List.of(), space, count, said::add),
            new Prober(new ContainerPrograms(supervisor)),
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES,
            said::add);
    pod = Pods.spec("containers: [{name: app, image: 'lan.x/web:1'}]");
  }

  @AfterEach
  void close() throws IOException {
    supervisor.close();
  }

  private SupervisedInstances instances() {
    return new SupervisedInstances(supervisor, parts.images(), Runnable::run, () -> {});
  }

  @Test
  void anInstanceThatCannotBeMadeIsNotUnderWayForEver() throws IOException {
    SupervisedInstances instances = instances();
    InstanceSpec spec = parts.make(pod, pod.containers().get(0));
    instances.create(spec, PullPolicy.ALWAYS);
    ContainerInstance found = instances.find(spec.id()).orElseThrow();
    assertEquals(ContainerInstance.Step.FAILED, found.step());
    assertEquals("CreateContainerError", found.reason());
    assertTrue(found.message().endsWith("a mistake"), found.message());
  }

  @Test
  void anUpdateThatCannotBePreparedIsToldSo() {
    List<String> problems = new ArrayList<>();
    new UpdateWork(parts, Runnable::run, Runnable::run)
        .prepare(pod, (images, problem) -> problems.add(problem));
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).startsWith("container app: "), problems::toString);
    assertTrue(problems.get(0).endsWith("a mistake"), problems::toString);
  }

  @Test
  void aRecordThatCannotBeUnderstoodIsSetAside() throws IOException {
    Digest name = Digest.sha256(pod.name().toString().getBytes(StandardCharsets.UTF_8));
    Path updates = Files.createDirectories(folder.resolve("updates"));
    Path file = updates.resolve(name.encoded() + ".json");
    Files.writeString(file, "{");
    UpdateWork work = new UpdateWork(parts, Runnable::run, Runnable::run);
    new PodSet(parts, instances(), (spec, probe, result) -> {}, work).add(pod);
    assertFalse(Files.exists(file));
    assertTrue(Files.exists(updates.resolve(file.getFileName() + ".broken")));
    assertEquals(1, said.size(), said::toString);
    assertTrue(
        said.get(0).startsWith("what ran before pod web: record of a pod " + file), said::toString);
    assertTrue(said.get(0).endsWith(".broken"), said::toString);
  }
}
