package dev.flint.capstan.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.osv.compose.Roots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages and folders over each other, against maps put over each other. */
class LayersPropertyTest {
  private static final int ROUNDS = 40;

  @TempDir Path home;
  private final Random random = new Random(17);

  @Test
  void whatComesLaterIsWhatIsSeen() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Path root = Files.createDirectory(home.resolve("root" + round));
      Map<String, String> expected = new TreeMap<>();
      List<String> packages = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        String name = "p" + i;
        Map<String, String> layer = layer();
        MpmFixture archive = new MpmFixture();
        layer.forEach((path, what) -> pack(archive, path, what));
        archive.install(root, name, "");
        packages.add(name);
        put(expected, layer);
      }
      PackageRoot made = new PackageRoot(new PackageRepository(root), Set.of());
      made.addPackages(packages);
      for (int i = random.nextInt(3); i > 0; i--) {
        Map<String, String> layer = layer();
        Path folder = Files.createDirectory(root.resolve("folder" + i));
        for (Map.Entry<String, String> thing : layer.entrySet()) {
          write(folder.resolve(thing.getKey()), thing.getValue());
        }
        made.addFolder(folder);
        put(expected, layer);
      }
      assertEquals(expected, Roots.texts(made.tree(), home), "round " + round);
    }
  }

  /** Names of folders are never those of files, as one cannot take the place of the other. */
  private Map<String, String> layer() {
    Map<String, String> layer = new TreeMap<>();
    for (int i = 1 + random.nextInt(30); i > 0; i--) {
      StringBuilder path = new StringBuilder();
      for (int depth = random.nextInt(4); depth > 0; depth--) {
        path.append("d").append(random.nextInt(4)).append('/');
      }
      String name = "\u00e9".repeat(random.nextInt(3)) + "f" + random.nextInt(9);
      layer.put(
          path.append(name).toString(),
          random.nextInt(6) == 0
              ? "-> f" + random.nextInt(9)
              : String.valueOf((char) ('a' + random.nextInt(26)))
                  .repeat(256 * random.nextInt(5) + random.nextInt(2)));
    }
    return layer;
  }

  private static void put(Map<String, String> expected, Map<String, String> layer) {
    layer.forEach(
        (path, what) -> {
          expected.put(path, what);
          for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
            expected.put(path.substring(0, at), "/");
          }
        });
  }

  private static void pack(MpmFixture archive, String path, String what) {
    if (what.startsWith("-> ")) {
      archive.link("/" + path, what.substring(3));
    } else {
      archive.file("/" + path, what);
    }
  }

  private static void write(Path file, String what) throws IOException {
    Files.createDirectories(file.resolveSibling(".").normalize());
    if (what.startsWith("-> ")) {
      Files.createSymbolicLink(file, Path.of(what.substring(3)));
    } else {
      Files.writeString(file, what, StandardCharsets.US_ASCII);
    }
  }
}
