package dev.flint.agent.kube.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ServerInputsTest extends InputsCase {
  @Test
  void aPodIsToldOfOnceAllItNamesWasAskedForByName() throws Exception {
    PodSpec web = create(WEB);
    assertEquals(0, added());
    assertFalse(pods.isKnown());
    AtomicInteger told = new AtomicInteger();
    pods.listen(told::incrementAndGet);
    server.log().clear();
    pass(0);
    assertTrue(told.get() > 0);
    assertEquals(1, added());
    assertTrue(pods.isKnown());

    List<LoggedRequest> asked = server.log().all();
    assertEquals(6, asked.size(), () -> asked.toString());
    for (LoggedRequest request : asked) {
      assertTrue(
          request
              .path()
              .matches(
                  "/api/v1/namespaces/default/((configmaps|secrets)/[a-z.-]+"
                      + "|serviceaccounts/default/token)"),
          request.toString());
    }

    Map<String, Path> paths = prepare(web);
    assertEquals("one", Files.readString(file(paths)));
    Map<String, String> env =
        new PodInstances(web, pods.objects(web), HOST).all(paths).get(0).env();
    assertEquals(Map.of("COLOUR", "red", "KEY", "hunter2"), env);
    assertNoSecretsIn(said);
  }

  @Test
  void aMapThatChangesReachesItsVolumeAndOneThatIsFixedIsNotAskedFor() throws Exception {
    server.cluster().patch(Resource.CONFIGMAPS, "default", "vars", "{immutable: true}");
    PodSpec web = create(WEB);
    pods.look();
    pass(0);
    assertEquals(1, added());
    Path file = file(prepare(web));
    server.cluster().patch(Resource.CONFIGMAPS, "default", "cfg", "{data: {file: two}}");
    server.log().clear();
    pass(MINUTE - 1);
    assertEquals(List.of(), server.log().all());
    assertFalse(renews());
    pass(MINUTE / 5 + 1);
    assertTrue(renews());
    prepare(web);
    assertEquals("two", Files.readString(file));
    assertFalse(renews());
    assertEquals(1, server.log().all("GET", "/configmaps/cfg").size());
    assertEquals(0, server.log().all("GET", "/configmaps/vars").size());
  }

  @Test
  void anObjectIsAskedForOnceWhateverTheNumberOfPodsAndForgottenWithTheLast() throws Exception {
    PodSpec one = create(WEB);
    create(WEB.replace("name: web", "name: web2"));
    create(WEB.replace("name: web", "name: web3"));
    pods.look();
    pass(0);
    assertEquals(1, server.log().all("GET", "/configmaps/cfg").size());
    assertEquals(3, server.log().all("POST", "/token").size());
    assertEquals(3, added());
    for (int i = 0; i < 120; i++) {
      pass(1000);
    }
    assertEquals(2, server.log().all("GET", "/configmaps/cfg").size());

    mirror.replace(List.of());
    pods.look();
    assertTrue(
        pods.objects(one).find(ConfigKind.CONFIG_MAP, new ObjectName("default", "cfg")).isEmpty());
    server.log().clear();
    pass(10 * MINUTE);
    assertEquals(List.of(), server.log().all());
  }

  @Test
  void whatIsMissingIsAskedForMoreAndMoreSeldomUntilItIsThere() throws Exception {
    server.cluster().delete(Resource.CONFIGMAPS, "default", "cfg");
    PodSpec web = create(WEB);
    pods.look();
    pass(0);
    assertEquals(1, added());
    FlintException missing = assertThrows(FlintException.class, () -> prepare(web));
    assertEquals(ErrorCode.NOT_FOUND, missing.code());
    assertEquals(
        "pod web: volume cfg: configmap \"cfg\" not found", String.valueOf(missing.getMessage()));
    for (int i = 0; i < 600; i++) {
      pass(1000);
    }
    int asked = server.log().all("GET", "/configmaps/cfg").size();
    assertTrue(asked >= 10 && asked <= 16, asked + " requests in 10 minutes");
    renews();

    server
        .cluster()
        .create("{apiVersion: v1, kind: ConfigMap, metadata: {name: cfg}, data: {file: late}}");
    pass(2 * MINUTE);
    assertTrue(renews());
    assertEquals("late", Files.readString(file(prepare(web))));
  }

  @Test
  void withoutTheServerWhatItSaidLastHoldsAndNewPodsWait() throws Exception {
    PodSpec web = create(WEB);
    pods.look();
    pass(0);
    assertEquals(1, added());
    create(WEB.replace("name: web", "name: late").replace("name: vars", "name: others"));
    pods.look();
    server.goAway();
    FlintException down = assertThrows(FlintException.class, () -> pass(10 * MINUTE));
    assertEquals(ErrorCode.NETWORK, down.code());
    assertEquals(0, added());
    assertEquals("one", Files.readString(file(prepare(web))));
    server.comeBack();
    pass(0);
    assertEquals(1, added());
  }

  @Test
  void whoeverIsNotLetInHearsWhyAndAFailureOfOneObjectIsNotThatOfOthers() throws Exception {
    server.faults().all("GET", "/secrets/keys", new Fault.Status(403, 0));
    PodSpec web = create(WEB);
    pods.look();
    pass(0);
    assertEquals(5, server.log().all(request -> request.status() < 400).size());
    assertEquals(0, added());
    for (int i = 0; i < 30; i++) {
      pass(1000);
    }
    assertEquals(1, added());
    FlintException refused =
        assertThrows(
            FlintException.class,
            () -> new PodInstances(web, pods.objects(web), HOST).all(prepare(web)));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("secret \"keys\" cannot be had: GET /api/v1/"), message);
    assertEquals(1, said.size(), () -> said.toString());
  }

  /** What may be there is waited for, as by a kubelet, also by pods that could do without it. */
  @Test
  void onlyWhatIsMissingCanBeDoneWithout() throws Exception {
    server.cluster().delete(Resource.CONFIGMAPS, "default", "vars");
    server.faults().all("GET", "/secrets/keys", new Fault.Status(403, 0));
    server.faults().all("GET", "/configmaps/cfg", new Fault.Status(500, 0));
    PodSpec web =
        create(
            WEB.replace("name: vars}", "name: vars, optional: true}")
                .replace("key: k}", "key: k, optional: true}")
                .replace("{name: cfg}}]", "{name: cfg, optional: true}}]"));
    pods.look();
    for (int i = 0; i < 30; i++) {
      pass(1000);
    }
    assertEquals(1, added());
    FlintException volume = assertThrows(FlintException.class, () -> prepare(web));
    assertTrue(
        String.valueOf(volume.getMessage()).contains("configmap \"cfg\" cannot be had: GET"),
        volume::toString);
    FlintException variable = assertThrows(FlintException.class, () -> instances(web, Map.of()));
    assertTrue(
        String.valueOf(variable.getMessage()).contains("secret \"keys\" cannot be had: GET"),
        variable::toString);

    server.faults().clear();
    server.cluster().delete(Resource.CONFIGMAPS, "default", "cfg");
    server.cluster().delete(Resource.SECRETS, "default", "keys");
    pass(2 * MINUTE);
    pods.look();
    Map<String, Path> made = prepare(web);
    assertEquals(1, instances(web, made).size());
    // Once it was said that there is none, a refusal says nothing new.
    server.faults().all("GET", "/secrets/keys", new Fault.Status(403, 0));
    for (int i = 0; i < 10; i++) {
      pass(MINUTE);
    }
    assertEquals(1, instances(web, made).size());
  }

  private static JsonObject map(String name, int length) {
    return JsonObject.empty()
        .with("apiVersion", "v1")
        .with("kind", "ConfigMap")
        .with("metadata", JsonObject.empty().with("name", name))
        .withMap("data", Map.of("file", "x".repeat(length)));
  }

  private boolean has(PodSpec pod, String map) {
    return pods.objects(pod)
        .find(ConfigKind.CONFIG_MAP, new ObjectName("default", map))
        .isPresent();
  }

  @Test
  void onePodDoesNotFillTheMemory() throws Exception {
    List<String> maps = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      server.cluster().createLarge(map("m" + i, 1_000_000));
      maps.add("{configMapRef: {name: m" + i + ", optional: true}}");
    }
    PodSpec greedy =
        create(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: greedy}
            spec:
              nodeName: n1
              automountServiceAccountToken: false
              containers:
              - name: app
                image: lan/app:1
                envFrom: [%s]
            """
                .formatted(String.join(", ", maps)));
    pods.look();
    pass(0);
    assertEquals(1, added());
    assertEquals(3, IntStream.range(0, 25).filter(i -> has(greedy, "m" + i)).count());
    FlintException large = assertThrows(FlintException.class, () -> instances(greedy, Map.of()));
    String message = String.valueOf(large.getMessage());
    assertTrue(message.contains(" cannot be had: it is too large: "), message);
    assertEquals(22, said.size(), said::toString);

    // Others have what they need, but nothing more.
    PodSpec web = create(WEB);
    pods.look();
    pass(0);
    assertEquals(1, added());
    assertEquals("one", Files.readString(file(prepare(web))));
    server
        .cluster()
        .patch(
            Resource.CONFIGMAPS, "default", "cfg", "{data: {file: " + "y".repeat(900_000) + "}}");
    pass(2 * MINUTE);
    pods.look();
    assertEquals("one", Files.readString(file(prepare(web))));
    assertTrue(said.get(said.size() - 1).startsWith("configmap default/cfg: it is too large"));
    mirror.remove(greedy.name(), greedy.uid());
    pods.look();
    pass(2 * MINUTE);
    assertTrue(renews());
    assertEquals(900_000, Files.size(file(prepare(web))));
    assertEquals(23, said.size());
  }

  private static final String ONE =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: %s, namespace: %s}
      spec:
        nodeName: n1
        automountServiceAccountToken: false
        containers:
        - name: app
          image: lan/app:1
          envFrom: [%s]
      """;

  private PodSpec naming(String namespace, List<String> maps) throws FlintException {
    List<String> sources = new ArrayList<>();
    for (String map : maps) {
      sources.add("{configMapRef: {name: " + map + ", optional: true}}");
    }
    return create(ONE.formatted("greedy", namespace, String.join(", ", sources)));
  }

  private void elsewhere(String namespace) throws FlintException {
    server
        .cluster()
        .create(
            """
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: NS}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kube-root-ca.crt, namespace: NS}
            data: {ca.crt: "LONG"}
            """
                .replace("NS", namespace)
                .replace("LONG", "x".repeat(1200)));
  }

  private PodSpec plain(String namespace, String name) throws FlintException {
    return create(
        ONE.formatted(name, namespace, "").replace("  automountServiceAccountToken: false\n", ""));
  }

  /** Each takes a little less than half of what is left, until there is next to nothing. */
  @Test
  void manyLargeOnesLeaveRoomForTheTokensOfTheirNamespace() throws Exception {
    naming("default", IntStream.range(0, 16).mapToObj(i -> "m" + i).toList());
    pods.look();
    pass(0);
    assertEquals(1, added());
    long left = 4 << 20;
    for (int i = 0; left > 3000; i++) {
      int size = (int) Math.min(1_000_000, left / 2 - 200);
      server.cluster().createLarge(map("m" + i, size));
      pass(2 * MINUTE);
      left -= size + 132;
    }
    pods.look();
    server
        .cluster()
        .patch(
            Resource.CONFIGMAPS,
            "default",
            "kube-root-ca.crt",
            "{data: {ca.crt: " + "x".repeat(1200) + "}}");
    PodSpec late = plain("default", "late");
    pods.look();
    pass(0);
    assertEquals(1, added());
    access(late);
  }

  @Test
  void manySmallOnesLeaveRoomForOtherNamespaces() throws Exception {
    List<String> maps = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      server.cluster().createLarge(map("m" + i, 8000));
      maps.add("m" + i);
    }
    naming("default", maps);
    pods.look();
    pass(0);
    assertEquals(1, added());
    assertTrue(said.size() > 50, () -> said.size() + " were too large");
    assertTrue(said.get(0).contains("one namespace"), () -> said.get(0));
    for (int i = 0; i < 10; i++) {
      String other = "ns" + i;
      elsewhere(other);
      PodSpec late = plain(other, "late");
      pods.look();
      pass(0);
      assertEquals(1, added());
      access(late);
    }
  }

  /** Its answer alone may be of no good, or what stands between may not let it through. */
  @Test
  void whatIsNeverAnsweredDelaysNoOther() throws Exception {
    create(ONE.formatted("first", "default", "{configMapRef: {name: bad}}"));
    pods.look();
    server.faults().all("GET", "/configmaps/bad", new Fault.Drop());
    assertThrows(FlintException.class, () -> pass(0));
    PodSpec web = create(WEB);
    pods.look();
    assertThrows(FlintException.class, () -> pass(1));
    assertEquals(1, added());
    assertEquals("one", Files.readString(file(prepare(web))));
    assertThrows(FlintException.class, () -> pass(0), "it is still asked for");
    server
        .cluster()
        .create("{apiVersion: v1, kind: ConfigMap, metadata: {name: bad}, data: {A: b}}");
    server.faults().clear();
    pass(0);
    assertEquals(1, added());
  }

  /** An answer may be more than there is memory for, and so may be what is made of it. */
  @Test
  void whatCannotBeTakenInIsNoMatterOfOthers() throws Exception {
    List<LoggedRequest> asked = new ArrayList<>();
    try (ServerInputs narrow =
        new ServerInputs(
            api,
            () -> {
              List<LoggedRequest> now = server.log().all("GET", "/configmaps/bad");
              if (now.size() > asked.size()) {
                asked.add(now.get(asked.size()));
                throw new OutOfMemoryError("as an answer is taken");
              }
              return this.now;
            },
            said::add)) {
      server
          .cluster()
          .create("{apiVersion: v1, kind: ConfigMap, metadata: {name: bad}, data: {A: b}}");
      PodSpec first = create(ONE.formatted("first", "default", "{configMapRef: {name: bad}}"));
      narrow.want(List.of(first));
      narrow.askWhatIsDue();
      now++;
      PodSpec web = create(WEB);
      narrow.want(List.of(first, web));
      narrow.askWhatIsDue();
      assertTrue(narrow.isReady(web));
      assertEquals(1, asked.size(), "it is asked for again later");
      assertEquals(
          List.of("configmap default/bad: it is too large: there is no memory for it"), said);
    }
  }

  private List<InstanceSpec> instances(PodSpec pod, Map<String, Path> made) throws IOException {
    return new PodInstances(pod, pods.objects(pod), HOST).all(made);
  }
}
