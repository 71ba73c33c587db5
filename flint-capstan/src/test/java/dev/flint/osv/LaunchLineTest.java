package dev.flint.osv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchLineTest {
  private static final String ALWAYS = "--verbose --power-off-on-abort ";

  private static ImageConfig config(String section) throws FlintException {
    byte[] json = ("{\"config\":{" + section + "}}").getBytes(UTF_8);
    return ImageConfig.parse(json, Digest.sha256(json));
  }

  private static String compose(String disk, LaunchWish wish) throws FlintException {
    return LaunchLine.compose(new OsvCommandLine(disk), config(""), wish).text();
  }

  private static LaunchWish command(String... words) {
    return new LaunchWish(List.of(words), List.of(), Map.of(), "", List.of());
  }

  private static LaunchWish args(String... words) {
    return new LaunchWish(List.of(), List.of(words), Map.of(), "", List.of());
  }

  private static LaunchWish env(String name, String value) {
    return new LaunchWish(List.of(), List.of(), Map.of(name, value), "", List.of());
  }

  private static LaunchWish options(String... options) {
    return new LaunchWish(List.of(), List.of(), Map.of(), "", List.of(options));
  }

  /** U9: root FS. */
  @Test
  void withoutAWishTheImagesLineIsKeptAndMadeToTellItsEnd() throws Exception {
    assertEquals(
        "--rootfs=zfs " + ALWAYS + "runscript /run/default;",
        compose("--rootfs=zfs runscript /run/default;", LaunchWish.NONE));
    assertEquals(
        "--power-off-on-abort --verbose /a \"x $Y\" & /b",
        compose("--power-off-on-abort --verbose   /a \"x $Y\" & /b", LaunchWish.NONE));
  }

  @Test
  void aCommandReplacesTheWholeApplicationPart() throws Exception {
    assertEquals(
        "--rootfs=rofs " + ALWAYS + "/b \"c d\"",
        compose("--rootfs=rofs /a x; /y", command("/b", "c d")));
    assertEquals(ALWAYS + "\"-x\" -y", compose("/a", command("-x", "-y")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "/a, /a",
        "/a x y;, /a",
        "  /a\tx, /a\tx",
        "`\"/a b\" c ; `, `\"/a b\"`",
        "`/a \"x;y\" c\\\"d`, /a",
        "/a \"x, /a",
      })
  void argumentsReplaceThoseOfTheOneProgram(String application, String program) throws Exception {
    assertEquals(ALWAYS + program + " new", compose(application, args("new")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a; /b",
        "/a & /b",
        "/a &",
        "/a &! /b",
        "/a !",
        "/a;;",
        "runscript /run/default;",
        "\"runscript\" /x",
        ";",
        "--verbose"
      })
  void argumentsAloneNeedOneCommand(String application) {
    FlintException e = assertThrows(FlintException.class, () -> compose(application, args("new")));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    assertTrue(e.remedy().contains("command"), e.remedy());
  }

  @Test
  void aLineWithoutAProgramNeedsACommand() {
    assertThrows(FlintException.class, () -> compose("--verbose ", LaunchWish.NONE));
  }

  /** U11: env, envFrom, workingDir. */
  @Test
  void theWishsEnvironmentIsStrongerThanTheConfigsAndThatThanTheDisks() throws Exception {
    ImageConfig config = config("\"Env\":[\"B=config\",\"C=config\"],\"WorkingDir\":\"/config\"");
    LaunchWish wish =
        new LaunchWish(List.of(), List.of(), Map.of("C", "a wish=$D\\"), "/w d", List.of());
    OsvParser.Boot boot =
        OsvParser.parse(
            LaunchLine.compose(
                    new OsvCommandLine("--env=A=disk --env=B=disk --cwd=/disk --env=C=disk /a"),
                    config,
                    wish)
                .text());
    assertEquals(Map.of("A", "disk", "B", "config", "C", "a wish=$D\\"), boot.environment());
    assertEquals(List.of("/w d"), boot.values().get("cwd"));
    assertEquals(3, boot.values().getOrDefault("env", List.of()).size());
  }

  @Test
  void anOptionReplacesTheImagesOfTheSameNameAndAMountThatOfTheSameFolder() throws Exception {
    assertEquals(
        "--nopci --mount-fs=rofs,/dev/vblk1,/b --ip=eth0,10.0.2.15,255.255.255.0"
            + " --mount-fs=rofs,/dev/vblk2,/a "
            + ALWAYS
            + "/p",
        compose(
            "--ip=eth0,1.2.3.4,255.0.0.0 --nopci --ip=eth1,1.2.3.5,255.0.0.0"
                + " --mount-fs=zfs,/dev/x,/a --mount-fs=rofs,/dev/vblk1,/b /p",
            options("--ip=eth0,10.0.2.15,255.255.255.0", "--mount-fs=rofs,/dev/vblk2,/a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verbose", "-v", "--", "--=x", "--cwd=", "--env=A=b", ""})
  void whatIsNoOptionIsRefused(String option) {
    FlintException e = assertThrows(FlintException.class, () -> compose("/a", options(option)));
    assertEquals(ErrorCode.USAGE, e.code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rofs,/dev/vblk1",
        "rofs,/dev/vblk1,",
        "rofs,/dev/vblk1,etc",
        "rofs,/dev/vblk1,/etc/",
        "rofs,/dev/vblk1,/a,b",
        "rofs,,/etc",
        ",/dev/vblk1,/etc"
      })
  void aMountThatOsvWouldPassOverIsRefused(String mount) {
    FlintException e =
        assertThrows(FlintException.class, () -> compose("/a", options("--mount-fs=" + mount)));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$b", "$HOME", "é", "\u001b[2J", "\u007f", "\0"})
  void anArgumentThatOsvWouldChangeIsRefusedByItsNumber(String word) {
    FlintException e = assertThrows(FlintException.class, () -> compose("/a", args("b", word)));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    // The word itself may be of a Secret.
    assertTrue(String.valueOf(e.getMessage()).startsWith("word 3 of its command has a "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A B", "A=", "1A", "A?", "Ä", "A\\"})
  void aNameThatOsvWouldChangeIsRefused(String name) {
    FlintException e = assertThrows(FlintException.class, () -> compose("/a", env(name, "x")));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\tb", "\u0085", "\ud800"})
  void aValueThatNoLineTakesIsRefusedByItsName(String value) {
    FlintException e = assertThrows(FlintException.class, () -> compose("/a", env("KEY", value)));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    assertTrue(String.valueOf(e.getMessage()).contains("KEY"), e.getMessage());
  }

  @Test
  void anEnvironmentOfTheConfigMustBeOne() throws Exception {
    ImageConfig config = config("\"Env\":[\"NOTHING\"]");
    FlintException e =
        assertThrows(
            FlintException.class,
            () -> LaunchLine.compose(new OsvCommandLine("/a"), config, LaunchWish.NONE));
    assertEquals(ErrorCode.PROTOCOL, e.code());
  }

  @Test
  void theWorkingDirectoryIsAbsolute() {
    LaunchWish wish = new LaunchWish(List.of(), List.of(), Map.of(), "tmp", List.of());
    assertEquals(
        ErrorCode.USAGE, assertThrows(FlintException.class, () -> compose("/a", wish)).code());
  }

  @Test
  void aLineEndsAt1023Bytes() throws Exception {
    String fits = "x".repeat(1023 - ALWAYS.length());
    assertEquals(1023, compose(fits, LaunchWish.NONE).length());
    FlintException e =
        assertThrows(FlintException.class, () -> compose(fits + "x", LaunchWish.NONE));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    int rest = 1023 - ALWAYS.length() - "--env=K= /a".length();
    assertEquals(
        1023,
        compose("/a", env("K", "é".repeat(rest / 2) + "x".repeat(rest % 2)))
            .getBytes(UTF_8)
            .length);
    assertThrows(FlintException.class, () -> compose("/a", env("K", "é".repeat(rest / 2 + 1))));
  }

  /** U10: command line. */
  @Test
  void whatIsComposedIsWhatOsvReads() throws Exception {
    Random random = new Random(41);
    String letters = "ab/=-,.:%@\\\"' ;&!~\t\n{}()<>*?|#";
    for (int round = 0; round < 20_000; round++) {
      List<String> command = words(random, letters, 1 + random.nextInt(4));
      Map<String, String> env = new TreeMap<>();
      for (String word : words(random, "ab= \\\"';&!$é", random.nextInt(3))) {
        env.put("K" + env.size(), word);
      }
      List<String> options = List.of("--mount-fs=rofs,/dev/vblk1,/a b\\c");
      LaunchWish wish = new LaunchWish(command, List.of(), env, "/w \\ d", options);
      String line = compose("--env=A=b\\ c --rootfs=zfs /old", wish);
      OsvParser.Boot boot = OsvParser.parse(line);
      assertEquals(List.of(command), boot.commands(), line);
      env.put("A", "b c");
      assertEquals(env, boot.environment(), line);
      assertEquals("/w \\ d", boot.value("cwd"), line);
      assertEquals("rofs,/dev/vblk1,/a b\\c", boot.value("mount-fs"), line);
      assertEquals("zfs", boot.value("rootfs"), line);
      assertEquals(List.of("verbose", "power-off-on-abort"), boot.flags(), line);
    }
  }

  private static List<String> words(Random random, String letters, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder word = new StringBuilder();
      for (int j = random.nextInt(7); j > 0; j--) {
        word.append(letters.charAt(random.nextInt(letters.length())));
      }
      words.add(word.toString());
    }
    return words;
  }
}
