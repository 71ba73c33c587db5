package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogPagesTest {
  private static final InstanceId WEB = new InstanceId("web");

  @TempDir private Path folder;
  private TestAgent agent;

  @BeforeEach
  void begin() throws Exception {
    agent = new TestAgent(folder);
    agent.run("web");
  }

  @AfterEach
  void end() throws Exception {
    agent.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'hello|red|last|'",
    "?tailLines=1, 'last|'",
    "?tailLines=0, ''",
    "?limitBytes=7, 'hello|r'",
    "?sinceSeconds=3600, 'hello|red|last|'",
    "?sinceTime=2100-01-01T00:00:00Z, ''",
    "?follow=false&tailLines=2, 'red|last|'",
    "?follow, 'hello|red|last|'",
    "?follow=true&tailLines=1, 'last|'",
    "?raw&tailLines=2, '\u001b[31mred|last|'",
  })
  void showsWhatIsAskedFor(String query, String lines) throws Exception {
    agent.write(WEB, "\u001b[31mred\nlast\n");
    agent.end(WEB, 0);
    HttpResponse<String> answer = agent.get("/logs/web" + query);
    assertEquals(200, answer.statusCode());
    assertEquals(lines.replace('|', '\n'), answer.body());
  }

  @Test
  void putsTheTimeBeforeEachLine() throws Exception {
    agent.end(WEB, 0);
    String line = agent.get("/logs/web?timestamps=true").body();
    int space = line.indexOf(' ');
    assertTrue(Instant.parse(line.substring(0, space)).isAfter(Instant.EPOCH));
    assertEquals(" hello\n", line.substring(space));
  }

  @Test
  void showsTheRunBefore() throws Exception {
    assertEquals(404, agent.get("/logs/web?previous").statusCode());
    agent.write(WEB, "first\n");
    agent.end(WEB, 1);
    agent.supervisor.start(WEB);
    assertEquals("hello\nfirst\n", agent.get("/logs/web?previous=true").body());
    agent.end(WEB, 0);
    assertEquals("hello\n", agent.get("/logs/web").body());
  }

  /** As a kubelet has it: the last one that has ended, also while the next has not begun. */
  @Test
  void showsTheRunThatEndedLastWhileTheNextWaits() throws Exception {
    PodSpec pod = Pods.spec("containers:", "- {name: app, image: 'i:1'}");
    InstanceSpec instance = TestPods.instances(pod).get(0);
    String previous = "/logs/default/web/app?previous=true";
    agent.pods.pods = List.of(TestPods.view(pod, TestPods.status("app", State.RUNNING, "", null)));
    agent.run(instance);
    assertEquals(404, agent.get(previous).statusCode());
    agent.write(instance.id(), "first\n");
    InstanceState state = agent.end(instance.id(), 1);
    ContainerStatus waits =
        TestPods.status("app", State.WAITING, "CrashLoopBackOff", state.end().orElseThrow());
    agent.pods.pods = List.of(TestPods.view(pod, waits));
    assertEquals("hello\nfirst\n", agent.get(previous).body());
    assertEquals("hello\nfirst\n", agent.get("/logs/default/web/app").body());
    agent.supervisor.start(instance.id());
    assertEquals("hello\nfirst\n", agent.get(previous).body());
    agent.write(instance.id(), "second\n");
    agent.end(instance.id(), 1);
    assertEquals("hello\nsecond\n", agent.get(previous).body());
    ContainerStatus over =
        TestPods.status("app", State.TERMINATED, "Error", state.end().orElseThrow());
    agent.pods.pods = List.of(TestPods.view(pod, over));
    assertEquals("hello\nfirst\n", agent.get(previous).body());
    assertEquals("hello\nsecond\n", agent.get("/logs/default/web/app").body());
  }

  @Test
  void followsUntilTheEnd() throws Exception {
    try (BufferedReader log =
        new BufferedReader(
            new InputStreamReader(
                agent.open("/logs/web?follow=true").body(), StandardCharsets.UTF_8))) {
      assertEquals("hello", log.readLine());
      agent.write(WEB, "more\n");
      assertEquals("more", log.readLine());
      agent.write(WEB, "last\n");
      agent.end(WEB, 3);
      assertEquals("last", log.readLine());
      assertNull(log.readLine());
    }
  }

  @Test
  void stopsFollowingWhatIsRemoved() throws Exception {
    try (BufferedReader log =
        new BufferedReader(
            new InputStreamReader(
                agent.open("/logs/web?follow=true").body(), StandardCharsets.UTF_8))) {
      // Until then it may not be in the log, and would come as the instance is removed.
      assertEquals("hello", log.readLine());
      agent.supervisor.remove(WEB, true);
      assertNull(log.readLine());
    }
  }

  @Test
  void findsTheContainerOfAPod() throws Exception {
    PodSpec pod = Pods.spec("containers:", "- {name: app, image: 'i:1'}");
    agent.pods.pods =
        List.of(TestPods.view(pod, TestPods.status("app", State.WAITING, "ErrImagePull", null)));
    assertEquals(
        "container app is waiting to start: ErrImagePull\n",
        agent.get("/logs/default/web/app").body());
    assertEquals(404, agent.get("/logs/default/web/other").statusCode());
    agent.run(TestPods.instances(pod).get(0));
    agent.end(TestPods.instances(pod).get(0).id(), 0);
    assertEquals("hello\n", agent.get("/logs/default/web/app").body());
  }
}
