package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.http.TestPods;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodOrigin;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodFailure;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pods whose folders take what a test says. */
class ScratchLookTest {
  private static final long MIB = 1 << 20;

  private final List<PodView> pods = new ArrayList<>();
  private final Map<Path, Long> sizes = new HashMap<>();
  private final List<List<Path>> asked = new ArrayList<>();
  private final List<String> gone = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private String failure = "";

  private final ScratchLook look =
      new ScratchLook(
          new ScratchLook.Means() {
            @Override
            public List<PodView> pods() {
              return List.copyOf(pods);
            }

            @Override
            public List<Path> written(PodSpec pod, String container) {
              return List.of(Path.of("/", container, "run"), Path.of("/", container, "logs"));
            }

            @Override
            public Path volume(PodSpec pod, String name) {
              return Path.of("/v", name);
            }

            @Override
            public void evict(PodSpec pod, PodFailure why) {
              assertEquals("Evicted", why.reason());
              gone.add(pod.name().name() + ": " + why.message());
            }
          },
          this::measure,
          said::add);

  private Map<Path, Long> measure(List<Path> folders) throws IOException {
    if (!failure.isEmpty()) {
      throw new IOException(failure);
    }
    asked.add(folders);
    Map<Path, Long> out = new HashMap<>();
    for (Path folder : folders) {
      if (sizes.containsKey(folder)) {
        out.put(folder, Objects.requireNonNull(sizes.get(folder)));
      }
    }
    return out;
  }

  private void pod(String name, PodOrigin origin, String spec) throws FlintException {
    String json = "{\"metadata\": {\"name\": \"%s\", \"uid\": \"%s\"}, \"spec\": {%s}}";
    byte[] bytes = json.formatted(name, name, spec).getBytes(StandardCharsets.UTF_8);
    PodSpec pod = PodParser.parse(JsonObject.parse(bytes, "pod"), origin);
    pods.add(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
  }

  private static String container(String name, String limit) {
    String resources =
        limit.isEmpty()
            ? ""
            : ", \"resources\": {\"limits\": {\"ephemeral-storage\": \"" + limit + "\"}}";
    return "{\"name\": \"" + name + "\", \"image\": \"i\"" + resources + "}";
  }

  private static String spec(String volumes, String... containers) {
    return "\"volumes\": ["
        + volumes
        + "], \"containers\": ["
        + String.join(", ", containers)
        + "]";
  }

  private static String empty(String name, String limit) {
    return "{\"name\": \"%s\", \"emptyDir\": {%s}}"
        .formatted(name, limit.isEmpty() ? "" : "\"sizeLimit\": \"" + limit + "\"");
  }

  private List<String> look() {
    gone.clear();
    look.look();
    return List.copyOf(gone);
  }

  @Test
  void podsWithoutLimitsAreNotLookedAt() throws FlintException {
    pod("a", PodOrigin.API, spec(empty("x", "") + "," + empty("y", "0"), container("app", "")));
    assertEquals(List.of(), look());
    assertEquals(List.of(), asked);
  }

  @Test
  void aVolumeOverItsLimitEndsThePod() throws FlintException {
    pod("a", PodOrigin.API, spec(empty("x", "1Mi") + "," + empty("y", ""), container("app", "")));
    sizes.put(Path.of("/v/x"), MIB);
    sizes.put(Path.of("/v/y"), 500 * MIB);
    assertEquals(List.of(), look());
    assertEquals(List.of(List.of(Path.of("/v/x"))), asked, "the others have no limit");
    sizes.put(Path.of("/v/x"), MIB + 1);
    String message = "Usage of EmptyDir volume \"x\" exceeds the limit \"1Mi\". ";
    assertEquals(List.of("a: " + message), look());
    assertEquals(List.of("pod a is evicted: " + message.strip()), said);
    assertEquals(List.of("a: " + message), look(), "it is still there");
    assertEquals(2, asked.size(), "and measured no more");
    assertEquals(1, said.size());
    pods.clear();
    assertEquals(List.of(), look());
  }

  @Test
  void aContainerMayNotTakeMoreThanItsOwn() throws FlintException {
    pod("a", PodOrigin.API, spec("", container("app", "1Mi"), container("big", "8Mi")));
    sizes.put(Path.of("/app/run"), MIB);
    assertEquals(List.of(), look());
    sizes.put(Path.of("/app/logs"), MIB);
    assertEquals(
        List.of("a: Container app exceeded its local ephemeral storage limit \"1Mi\". "), look());
  }

  @Test
  void allTogetherMayNotTakeMoreThanAll() throws FlintException {
    String volumes = empty("x", "") + ", {\"name\": \"host\", \"hostPath\": {\"path\": \"/etc\"}}";
    pod("a", PodOrigin.API, spec(volumes, container("app", "1Mi"), container("big", "2Mi")));
    sizes.put(Path.of("/v/host"), 500 * MIB);
    sizes.put(Path.of("/v/x"), 2 * MIB);
    sizes.put(Path.of("/app/run"), MIB);
    assertEquals(List.of(), look());
    sizes.put(Path.of("/big/logs"), 1L);
    assertEquals(
        List.of("a: Pod ephemeral local storage usage exceeds the total limit of containers 3Mi. "),
        look());
  }

  /** As a kubelet: its limit is the pod's too. */
  @Test
  void theLimitOfOneContainerIsThatOfItsPod() throws FlintException {
    pod("a", PodOrigin.API, spec("", container("app", "1M")));
    sizes.put(Path.of("/app/run"), DiskMeasure.ENDLESS);
    sizes.put(Path.of("/app/logs"), MIB);
    assertEquals(
        List.of("a: Pod ephemeral local storage usage exceeds the total limit of containers 1M. "),
        look());
  }

  @Test
  void sidecarsHaveLimitsAndOthersThatBeginCountForThePod() throws FlintException {
    String side = container("side", "1Mi").replace("}}}", "}}, \"restartPolicy\": \"Always\"}");
    pod(
        "a",
        PodOrigin.API,
        "\"initContainers\": ["
            + side
            + ", "
            + container("init", "9Mi")
            + "], "
            + spec("", container("app", "2Mi")));
    sizes.put(Path.of("/init/run"), 9 * MIB);
    sizes.put(Path.of("/side/run"), MIB);
    assertEquals(List.of(), look());
    sizes.put(Path.of("/init/run"), 0L);
    sizes.put(Path.of("/side/run"), MIB + 1);
    assertEquals(
        List.of("a: Container side exceeded its local ephemeral storage limit \"1Mi\". "), look());
  }

  @Test
  void podsOfFilesAndOfTheSystemStay() throws FlintException {
    sizes.put(Path.of("/v/x"), 500 * MIB);
    pod("file", PodOrigin.FILE, spec(empty("x", "1Mi"), container("app", "")));
    pod(
        "critical",
        PodOrigin.API,
        "\"priority\": 2000001000, " + spec(empty("x", "1Mi"), container("app", "")));
    assertEquals(List.of(), look());
    assertEquals(List.of(), asked);
  }

  @Test
  void onePodThatCannotBeMeasuredIsToldOfOnce() throws FlintException {
    pod("a", PodOrigin.API, spec(empty("x", "1Mi"), container("app", "")));
    failure = "no du";
    look();
    look();
    assertEquals(List.of("limits of ephemeral storage are not kept: no du"), said);
    failure = "";
    sizes.put(Path.of("/v/x"), 2 * MIB);
    assertEquals(1, look().size());
  }
}
