package dev.flint.capstan.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import dev.flint.osv.RofsTree;
import dev.flint.osv.compose.Roots;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunScriptsTest {
  private static final String JDK =
      """
      runtime: native
      config_set:
        java:
          bootcmd: /java.so -Xmx$XMX -cp $CLASSPATH $JVM_ARGS $MAIN $ARGS
          env:
            XMX: 512m
            CLASSPATH: /
            MAIN: main.Hello
      config_set_default: java
      """;

  @TempDir Path folder;

  private static RunManifest manifest(String yaml) throws FlintException {
    return RunManifest.parse(yaml.getBytes(StandardCharsets.UTF_8), "run.yaml");
  }

  /** The scripts of an application beside packages that have interpreters. */
  private Map<String, String> scripts(String yaml) throws Exception {
    RunScripts scripts = new RunScripts();
    scripts.add("openjdk8-zulu-compact1", manifest(JDK));
    scripts.add("openjdk11", manifest(JDK.replace("/java.so", "/java11")));
    scripts.add("node-4.4.5", manifest(interpreter("node", "/libnode.so $NODE_ARGS $MAIN $ARGS")));
    scripts.add(
        "python-2.7", manifest(interpreter("python", "/python.so $PYTHON_ARGS $MAIN $ARGS")));
    scripts.add("app", manifest(yaml));
    RofsTree tree = RofsTree.layered();
    scripts.write(tree);
    return Roots.texts(tree, folder);
  }

  private static String interpreter(String set, String command) {
    return "runtime: native\nconfig_set:\n  " + set + ":\n    bootcmd: " + command + "\n";
  }

  private String script(String runtime, String set) throws Exception {
    String indented = set.lines().map(line -> "    " + line + "\n").reduce("", String::concat);
    return String.valueOf(
        scripts("runtime: " + runtime + "\nconfig_set:\n  app:\n" + indented).get("run/app"));
  }

  @Test
  void nativeSetsRunTheirCommand() throws Exception {
    assertEquals("/app -x", script("native", "bootcmd: /app -x"));
    assertEquals(
        "--env=A?=1 --env=B?=true --env=C?= /app",
        script("native", "bootcmd: /app\nenv:\n  B: true\n  A: 1\n  C:"));
  }

  @Test
  void valuesWithBlanksAreOneWord() throws Exception {
    assertEquals(
        "\"--env=A?=x \\\"y\\\" \\\\ ;\" /app",
        script("native", "bootcmd: /app\nenv:\n  A: 'x \"y\" \\ ;'"));
  }

  @Test
  void javaSetsRunTheJavaOfTheirBase() throws Exception {
    String rest = " -Xmx$XMX -cp $CLASSPATH $JVM_ARGS $MAIN $ARGS";
    assertEquals(
        "--env=CLASSPATH?=/ --env=JVM_ARGS?=-Dx=y --env=MAIN?=main.App --env=XMX?=512m /java.so"
            + rest,
        script("java", "main: main.App"));
    assertEquals(
        "--env=ARGS?=nogui --env=CLASSPATH?=/a:/b \"--env=JVM_ARGS?=-Da=b -jar\""
            + " --env=MAIN?=/paper.jar --env=XMX?=800m /java11"
            + rest,
        script(
            "java",
            """
            base: openjdk11:java
            main: /paper.jar
            xmx: 800m
            classpath: [/a, /b]
            jvm_args: [-Da=b]
            args: [nogui]
            """));
    assertEquals("/libnode.so $NODE_ARGS $MAIN $ARGS", script("java", "base: node-4.4.5:node"));
  }

  @Test
  void nodeAndPythonSetsRunTheirInterpreters() throws Exception {
    assertEquals(
        "--env=MAIN?=/server.js --env=NODE_ARGS?=-- /libnode.so $NODE_ARGS $MAIN $ARGS",
        script("node", "main: /server.js"));
    assertEquals(
        "--env=ARGS?= --env=MAIN?=- --env=PYTHON_ARGS?=-O /python.so $PYTHON_ARGS $MAIN $ARGS",
        script("python", "shell: true"));
    assertEquals(
        "--env=ARGS?=8080 --env=MAIN?=/a.py --env=PYTHON_ARGS?=-u"
            + " /python.so $PYTHON_ARGS $MAIN $ARGS",
        script("python", "main: /a.py\nargs: [8080]\npython_args: [-u]"));
  }

  @Test
  void setsOfLaterPackagesTakeThePlaceOfThoseBefore() throws Exception {
    Map<String, String> files = scripts(interpreter("java", "/mine"));
    assertEquals("/mine", files.get("run/java"));
    assertTrue(String.valueOf(files.get("run/node")).startsWith("/libnode.so"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runtime: native\nconfig_set:\n  a: {}\n",
        "runtime: java\nconfig_set:\n  a: {}\n",
        "runtime: java\nconfig_set:\n  a: {base: 'x:y', main: m}\n",
        "runtime: node\nconfig_set:\n  a: {shell: true, main: m}\n",
        "runtime: native\nconfig_set:\n  a: {base: x}\n",
        "runtime: native\nconfig_set:\n  a: {base: 'x:y'}\n",
        "runtime: native\nconfig_set:\n  a: {base: 'app:b'}\n",
        "runtime: native\nconfig_set:\n  a: {base: 'app:a'}\n",
        "runtime: native\nconfig_set:\n  ../a: {bootcmd: x}\n",
        "runtime: native\nconfig_set:\n  'a;b': {bootcmd: x}\n",
        "runtime: native\nconfig_set:\n  a: {bootcmd: x, env: {A: \"1\\n2\"}}\n",
        "runtime: native\nconfig_set:\n  a: {bootcmd: x}\nconfig_set_default: b\n",
        "runtime: native\nconfig_set: {}\n",
        "runtime: ruby\nconfig_set:\n  a: {bootcmd: x}\n",
        "config_set:\n  a: {bootcmd: x}\n",
        "- list\n",
      })
  void refusesSetsThatCannotRun(String yaml) {
    assertThrows(FlintException.class, () -> scripts(yaml));
  }
}
