package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.PullCredentials;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.ContainerInstance;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodCopies;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.agent.pod.watch.PodSource;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pods do when something fails that nobody thought of. */
class PodTroubleTest {
  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
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
    public LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder)
        throws ConfigRefused {
      if (spec.security().identity().nonRoot()) {
        throw new ConfigRefused("container has runAsNonRoot and image will run as root", "");
      }
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
    supervisor = supervisor("i", "mistaken");
    parts =
        new PodNode.Parts(
            new PodWatch(
                folder.resolve("pods"),
                Clock.systemUTC(),
                new PodCopies(folder.resolve("copies"), said::add)),
            new Volumes(folder.resolve("plain"), folder.resolve("secret")),
            new HostFacts("edge", "", 1, 1L << 30),
            supervisor,
            new UpdateRecords(folder.resolve("updates")),
            new PodFailures(folder.resolve("failures"), said::add),
            new ImageFetch(child, List.of(), space, count, said::add),
            new Prober(new ContainerPrograms(supervisor)),
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES,
            said::add);
    pod = Pods.spec("containers: [{name: app, image: 'lan.x/web:1'}]");
  }

  /** One that has this backend and no other. */
  private Supervisor supervisor(String name, String backend) throws IOException {
    InstanceStore store = new InstanceStore(folder.resolve(name), folder.resolve(name + "-run"));
    store.open();
    Map<String, Backend> backends = Map.of(backend, new Mistaken());
    return new Supervisor(store, backends, Clock.systemUTC(), said::add);
  }

  @AfterEach
  void close() throws IOException {
    supervisor.close();
  }

  private SupervisedInstances instances() {
    return instances(supervisor, Runnable::run);
  }

  private SupervisedInstances instances(Supervisor of, Executor executor) {
    return new SupervisedInstances(
        of, parts.images(), uid -> PullCredentials.NONE, executor, () -> {});
  }

  private static PodSpec named(String name) throws IOException {
    return Pods.pod(
        "metadata: {name: "
            + name
            + "}\nspec: {containers: [{name: app, image: 'lan.x/web:1'}]}\n");
  }

  /** Pods that somebody says, who fails in what nobody thought of. */
  private static class Failing implements PodSource {
    final CountDownLatch looks = new CountDownLatch(4);
    private final PodSpec pod;

    Failing(PodSpec pod) {
      this.pod = pod;
    }

    @Override
    public List<PodEvent> look() throws IOException {
      looks.countDown();
      if (looks.getCount() == 3) {
        throw new IllegalStateException("a mistake");
      } else if (looks.getCount() == 2) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      return looks.getCount() == 1 ? List.of(new PodEvent.PodAdded(pod)) : List.of();
    }

    @Override
    public List<PodSpec> pods() {
      return List.of(pod);
    }

    @Override
    public ConfigObjects objects(PodSpec of) {
      return ConfigObjects.of(List.of());
    }

    @Override
    public Map<String, List<String>> problems() {
      return Map.of();
    }
  }

  /** As with a folder on a disk that is away for a day. */
  @Test
  void aFolderThatCannotBeReadIsToldOnceAndUntilItCan() throws Exception {
    Path pods = folder.resolve("pods");
    CountDownLatch tries = new CountDownLatch(2);
    PodSource away =
        new Failing(pod) {
          @Override
          public List<PodEvent> look() throws IOException {
            tries.countDown();
            return parts.watch().look();
          }
        };
    try (PodNode node = PodNode.start(of(away))) {
      assertTrue(tries.await(60, TimeUnit.SECONDS));
      String why = "cannot be read: java.nio.file.NoSuchFileException: " + pods;
      Containerd.await(
          "it is told", () -> Map.of("the folder of pods", List.of(why)).equals(node.problems()));
      Files.createDirectory(pods);
      Containerd.await("it is well", () -> node.isSettled() && node.problems().isEmpty());
      assertEquals(List.of("the pods " + why), said);
    }
  }

  private PodNode.Parts of(PodSource source) {
    return new PodNode.Parts(
        source,
        parts.volumes(),
        parts.host(),
        supervisor,
        parts.updates(),
        parts.failures(),
        parts.images(),
        parts.prober(),
        parts.restarts(),
        parts.pulls(),
        said::add);
  }

  @Test
  void podsAreLookedAfterWhateverFails() throws Exception {
    Failing source = new Failing(pod);
    try (PodNode node = PodNode.start(of(source))) {
      assertTrue(source.looks.await(60, TimeUnit.SECONDS));
      assertTrue(node.isAlive());
      Containerd.await("the pod is known", () -> node.isSettled() && node.pods().size() == 1);
    }
    assertTrue(
        said.containsAll(
            List.of(
                "pods are not looked after: java.lang.IllegalStateException: a mistake",
                "pods are not looked after: java.lang.OutOfMemoryError: unable to create native"
                    + " thread")),
        said::toString);
  }

  @Test
  void aMistakeThatShowsAtOnePodDoesNotKeepOthersWaiting() throws IOException {
    AtomicBoolean mistaken = new AtomicBoolean(true);
    Executor executor =
        work -> {
          if (mistaken.getAndSet(false)) {
            throw new IllegalStateException("a mistake");
          }
          work.run();
        };
    SupervisedInstances instances = instances(supervisor, executor);
    PodSet pods =
        new PodSet(
            parts,
            instances,
            (spec, probe, result) -> {},
            new UpdateWork(parts, Runnable::run, Runnable::run));
    PodSpec second = named("second");
    pods.add(named("first"));
    pods.add(second);
    assertEquals(2, pods.advance(0).size());
    assertEquals(1000, pods.due(0));
    InstanceSpec spec = parts.make(second, second.containers().get(0));
    assertEquals(
        "CreateContainerError", instances.find(spec.id()).orElseThrow().reason(), said::toString);
    assertEquals(
        List.of(
            "pod first: nothing can be done for it: java.lang.IllegalStateException: a mistake"),
        said);
  }

  /** A thread that the system does not give, as far as Java tells. */
  private static final class Refused extends Thread {
    @Override
    public synchronized void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  @Test
  void imagesAreRemovedLaterIfThereIsNoThreadNow() {
    ChildProgram child = new ChildProgram(List.of("false"), folder.resolve("images"));
    ImageSpace space =
        new ImageSpace(
            child,
            folder,
            new ImageSpace.Rule(100, 100, 0),
            new FetchCount(),
            said::add,
            work -> new Refused());
    space.require(1);
    space.look(List.of(), supervisor);
    assertFalse(space.isBusy(), "or none would be removed any more");
    assertEquals(1, said.size(), said::toString);
    assertTrue(
        said.get(0).startsWith("unused images are not removed: java.lang.OutOfMemoryError"),
        said::toString);
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
  void anImageForABackendThatIsNotEnabledIsToldSo() throws IOException {
    try (Supervisor other = supervisor("other", "osv")) {
      SupervisedInstances instances = instances(other, Runnable::run);
      InstanceSpec spec = parts.make(pod, pod.containers().get(0));
      instances.create(spec, PullPolicy.ALWAYS);
      ContainerInstance found = instances.find(spec.id()).orElseThrow();
      assertEquals(ContainerInstance.Step.FAILED, found.step());
      assertEquals("UnsupportedBackend", found.reason());
      String message = found.message();
      assertTrue(message.contains(" wants the backend mistaken, which is not enabled"), message);
    }
  }

  /** As from a kubelet. */
  @Test
  void whatImageAndPodDisagreeAboutIsAMatterOfConfiguration() throws IOException {
    pod =
        Pods.spec(
            "securityContext: {runAsNonRoot: true}",
            "containers: [{name: app, image: 'lan.x/web:1'}]");
    SupervisedInstances instances = instances();
    InstanceSpec spec = parts.make(pod, pod.containers().get(0));
    instances.create(spec, PullPolicy.ALWAYS);
    ContainerInstance found = instances.find(spec.id()).orElseThrow();
    assertEquals("CreateContainerConfigError", found.reason());
    assertEquals("container has runAsNonRoot and image will run as root", found.message());
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

  /** As with a kubelet, in what runs, and in what is tried again. */
  @Test
  void aLabelThatChangesReachesItsVolumeAndStaysThere() throws IOException {
    UpdateWork work = new UpdateWork(parts, Runnable::run, Runnable::run);
    PodSet pods = new PodSet(parts, instances(), (spec, probe, result) -> {}, work);
    pods.add(labelled("one"));
    pods.advance(0);
    Path file = folder.resolve("plain/1-2/v/colour");
    assertEquals("one", Files.readString(file));
    pods.change(labelled("two"));
    assertEquals("two", Files.readString(file));

    parts.volumes().remove("1-2");
    pods.advance(1);
    pods.advance(3_600_000);
    assertEquals("two", Files.readString(file));
    assertEquals(List.of(), said);
  }

  private static PodSpec labelled(String colour) throws IOException {
    return Pods.served(
        "{colour: " + colour + "}",
        "containers: [{name: app, image: 'lan.x/web:1', volumeMounts: [{name: v, mountPath: /v}]}]",
        "volumes: [{name: v, downwardAPI: {items: [{path: colour, fieldRef:",
        "  {fieldPath: \"metadata.labels['colour']\"}}]}}]");
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
