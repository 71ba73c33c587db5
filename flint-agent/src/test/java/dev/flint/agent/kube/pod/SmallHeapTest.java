package dev.flint.agent.kube.pod;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Credential;
import dev.flint.agent.kube.api.ServerWork;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.ServerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What pods can be made to be does not fill the memory of who reads them. */
@Timeout(120)
final class SmallHeapTest {
  private static final String HEAP = "-Xmx20m";

  /** Far more than the heap, if it were kept: 3 million values, and 16 MB of texts. */
  private static String hugeList() {
    StringBuilder list = new StringBuilder();
    list.append("{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[");
    String values = "[" + "\"\",".repeat(1_000_000) + "\"\"]";
    String text = "\"" + "x".repeat(1_000_000) + "\"";
    for (int i = 0; i < 43; i++) {
      list.append("{\"metadata\":{\"namespace\":\"default\",\"name\":\"p")
          .append(i)
          .append("\",\"uid\":\"u")
          .append(i)
          .append("\"},\"spec\":{\"containers\":")
          .append(i < 3 ? values : "[" + text.substring(0, 400_000) + "\"]")
          .append("}},");
    }
    list.append("{}]}");
    return list.toString();
  }

  @Test
  void hugePodsAreReadInLittleMemory() throws Exception {
    try (FakeApiServer server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults())) {
      server.faults().next(1, "GET", "limit=", new Fault.Says(hugeList()));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  HEAP,
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SmallHeapTest.class.getName(),
                  server.url())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, process.waitFor(), said);
      assertEquals("43 pods", said.lines().reduce("", (before, line) -> line), said);
    }
  }

  /** Reads the list of a server once. */
  public static void main(String[] args) throws Exception {
    CountDownLatch known = new CountDownLatch(1);
    PodMirror mirror = new PodMirror();
    mirror.listen(known::countDown);
    Consumer<String> say = System.out::println;
    URI url = URI.create(args[0]);
    try (ApiClient api =
            new ApiClient(
                new ApiAccess(url, Optional.empty(), true, "", new Credential.Nobody()), "test");
        PodWatcher watcher =
            new PodWatcher(api, new OwnNode(api, "edge"), mirror, ServerWork.PAUSE, say)) {
      Thread thread = new Thread(watcher);
      thread.start();
      known.await();
      System.out.println(List.copyOf(mirror.all()).size() + " pods");
      watcher.close();
      thread.join();
    }
  }
}
