package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same files make the same digests: wherever they lie, whoever made them when. */
class ReproducibleTest {
  private static final long DATE = 1_700_000_000;

  @TempDir Path folder;

  @Test
  void twoPipelinesMakeTheSameImages() throws IOException {
    List<String> first = pipeline("first", "2001-01-01T00:00:00Z", DATE);
    assertEquals(first, pipeline("second/deeper", "2020-02-02T02:02:02Z", DATE));
    List<String> later = pipeline("third", "2001-01-01T00:00:00Z", DATE + 1);
    for (int i = 0; i < first.size(); i++) {
      assertNotEquals(first.get(i), later.get(i), "not dated");
    }
  }

  /** The digests of what import, build, compose and attach make at a place. */
  private List<String> pipeline(String place, String time, long date) throws IOException {
    Path home = Files.createDirectories(folder.resolve(place));
    Cli user = new Cli(home).with("SOURCE_DATE_EPOCH", Long.toString(date));
    Path disk = home.resolve("disk.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    Path site = BuildFolder.make(Files.createDirectory(home.resolve("site")), "demo/site");
    Path sbom = Files.writeString(home.resolve("sbom.json"), "{}");
    touch(home, FileTime.from(Instant.parse(time)));
    List<String> made = new ArrayList<>();
    try (RegistryServer server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), home.resolve("registry"))) {
      String host = "127.0.0.1:" + server.address().getPort();
      made.add(user.run("import", "--disk", disk.toString(), host + "/hello:1", "--push").ok());
      made.addAll(user.run("build", site.toString()).ok().lines().toList());
      Path composed = home.resolve("composed.qcow2");
      user.run(
              "compose",
              site.resolve("etc").toString(),
              "--loader",
              site.resolve("loader.img").toString(),
              "--cmd",
              "/greeting",
              "--to",
              composed.toString())
          .ok();
      made.add(user.run("import", "--disk", composed.toString(), "demo/composed:1").ok());
      made.add(
          user.run(
                  "attach",
                  host + "/hello:1",
                  sbom + ":application/spdx+json",
                  "--artifact-type",
                  "application/spdx+json")
              .ok());
    }
    return made.stream().map(line -> line.substring(line.lastIndexOf('@'))).toList();
  }

  private static void touch(Path folder, FileTime time) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, time);
      }
    }
  }
}
