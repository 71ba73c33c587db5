package dev.flint.agent.pod.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JoinedPodsTest {
  private final Made files = new Made();
  private final Made server = new Made();
  private final JoinedPods joined = new JoinedPods(files, server);

  /** Says what a test puts in. */
  private static final class Made implements PodSource {
    final List<PodEvent> events = new ArrayList<>();
    final List<PodSpec> pods = new ArrayList<>();
    boolean broken;

    void add(PodSpec pod) {
      pods.add(pod);
      events.add(new PodEvent.PodAdded(pod));
    }

    void remove(PodSpec pod) {
      pods.remove(pod);
      events.add(new PodEvent.PodRemoved(pod.name()));
    }

    @Override
    public List<PodEvent> look() throws IOException {
      if (broken) {
        throw new IOException("not there");
      }
      List<PodEvent> all = List.copyOf(events);
      events.clear();
      return all;
    }

    @Override
    public List<PodSpec> pods() {
      return pods;
    }

    @Override
    public ConfigObjects objects(PodSpec pod) {
      return ConfigObjects.NONE;
    }

    @Override
    public Map<String, List<String>> problems() {
      return Map.of();
    }
  }

  private static PodSpec pod(String name, String image) throws FlintException {
    return Pods.pod(
        "metadata: {name: " + name + "}\nspec: {containers: [{name: c, image: '" + image + "'}]}");
  }

  private String look() throws IOException {
    List<String> said = new ArrayList<>();
    for (PodEvent event : joined.look()) {
      if (event instanceof PodEvent.PodAdded added) {
        said.add("+" + added.pod().name().name() + added.pod().containers().get(0).image());
      } else if (event instanceof PodEvent.PodRemoved removed) {
        said.add("-" + removed.name().name());
      } else if (event instanceof PodEvent.FileBroken broken) {
        said.add("broken " + broken.problems());
      }
    }
    return String.join(" ", said);
  }

  @Test
  void bothAreRun() throws IOException {
    files.add(pod("a", "f"));
    server.add(pod("b", "s"));
    assertEquals("+af +bs", look());
    assertEquals(2, joined.pods().size());
  }

  @Test
  void ofOneNameThatOfTheFileIsRunAsLongAsItIsThere() throws IOException {
    PodSpec file = pod("a", "f");
    server.add(pod("a", "s"));
    assertEquals("+as", look());
    files.add(file);
    assertEquals("-a +af", look());
    server.events.add(new PodEvent.PodChanged(pod("a", "s"), pod("a", "t")));
    assertEquals("", look());
    files.remove(file);
    assertEquals("-a +as", look());
  }

  /** And nobody says that pods of files are gone. */
  @Test
  void aFolderThatCannotBeReadDoesNotKeepTheServersPodsFromRunning() throws IOException {
    files.broken = true;
    server.add(pod("b", "s"));
    assertEquals("broken [not there] +bs", look());
    assertEquals("", look());
    assertFalse(joined.isKnown());
    assertEquals(List.of("not there"), joined.problems().get("the folder of pods"));
    files.broken = false;
    assertEquals("broken []", look());
    assertTrue(joined.isKnown());
  }
}
