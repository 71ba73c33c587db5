package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.Identity;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Files of the host that a container of a pod sees. */
class ContainerFilesIT extends BackendCase {
  private Run inPod(String script, Extras extras) throws IOException {
    return start(TestSpecs.args("-c", script).withExtras(extras));
  }

  @Test
  void hasItsLastWordsToldAsAnyUser() throws Exception {
    Security nobody =
        new Security(
            new Identity(65534, 65534, true, List.of(), false),
            Capabilities.USUAL,
            false,
            true,
            "",
            "",
            false,
            Map.of());
    Extras extras = new Extras(List.of(), "/dev/termination-log", false, "");
    String script =
        "i=0; while test $i -lt 1000; do echo line$i; i=$((i+1)); done >/dev/termination-log";
    Run run =
        start(TestSpecs.args("-c", script + "; exit 3").withExtras(extras).withSecurity(nobody));
    assertEquals(3, end(run).code());
    String words = backend.lastWords(folder);
    assertEquals(4096, words.length());
    assertTrue(words.endsWith("\nline999\n"), words);
    backend.clean(plan, folder);
    assertEquals("", backend.lastWords(folder));
  }

  /** It may have ended before whoever started it hears that it was. */
  @RepeatedTest(10)
  void whatEndsAtOnceHasItsLastWordsToldToo() throws Exception {
    Extras extras = new Extras(List.of(), "/dev/termination-log", false, "");
    assertEquals(3, end(inPod("echo why >/dev/termination-log; exit 3", extras)).code());
    assertEquals("why\n", backend.lastWords(folder));
  }

  /** What is mounted cannot be replaced by something that leads out of the container. */
  @Test
  void lastWordsAreNoOtherFileOfTheHost() throws Exception {
    Path secret = Files.writeString(folder.root().resolve("secret"), "s3cret");
    String script =
        "rm -f /tmp/end || mv /tmp/end /tmp/x || ln -sf %s /tmp/end || mv /tmp /t; ls -l /t* >&2"
            .formatted(secret);
    Run run = inPod(script, new Extras(List.of(), "/tmp/end", false, ""));
    assertEquals(0, end(run).code());
    assertFalse(backend.lastWords(folder).contains("s3cret"));
    Files.delete(folder.run().resolve("last-words"));
    Files.createSymbolicLink(folder.run().resolve("last-words"), secret);
    assertTrue(backend.lastWords(folder).startsWith("Error on reading termination log "));
  }

  @Test
  void findsTheNamesOfItsPod() throws Exception {
    Extras extras = new Extras(List.of("10.1.2.3\tone.lan\ttwo", "fd00::1\tsix"), "", false, "");
    assertEquals(0, end(inPod("cat /etc/hosts", extras)).code());
    assertTrue(
        out()
            .endsWith(
                "\n\n# Entries added by HostAliases.\n10.1.2.3\tone.lan\ttwo\nfd00::1\tsix\n"),
        out());
    assertTrue(out().startsWith("# Kubernetes-managed hosts file (host network).\n"), out());
    assertTrue(out().contains("localhost"), out());
  }

  /** As StatefulSets look for it. */
  @Test
  void isCalledAsItsPod() throws Exception {
    InstanceSpec spec = TestSpecs.args("-c", "busybox hostname; echo $HOSTNAME");
    Extras extras = new Extras(List.of(), "", false, "db-0");
    Run run = start(TestSpecs.withNetwork(spec, new Network.None(), List.of()).withExtras(extras));
    assertEquals(0, end(run).code());
    assertEquals("db-0\ndb-0\n", out());
  }
}
