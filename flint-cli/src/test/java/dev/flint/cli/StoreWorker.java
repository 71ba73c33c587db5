package dev.flint.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A process that does to a store what users do, one thing after the other, by chance, until a file
 * tells it to stop or it is killed. It says what it begins, and how that ended:
 *
 * <pre>begin pull v2 0
 * end 0</pre>
 */
final class StoreWorker {
  /** How many images there are. */
  static final int IMAGES = 3;

  private static final List<String> VERBS =
      List.of("pull", "pull", "pull", "import", "tag", "tag", "push", "unpack", "rmi", "rmi");

  private StoreWorker() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    String repository = args[1];
    Random random = new Random(Long.parseLong(args[2]));
    Cli user = new Cli(folder.resolve("device"));
    Path out = Files.createTempDirectory(folder, "out");
    while (!Files.exists(folder.resolve("stop"))) {
      int image = random.nextInt(IMAGES);
      int other = random.nextInt(IMAGES);
      String verb = VERBS.get(random.nextInt(VERBS.size()));
      boolean original = random.nextBoolean() || verb.matches("pull|import|push");
      String name = (original ? "v" : "t") + image;
      String ref = repository + ":" + name;
      System.out.println("begin " + verb + " " + name + " t" + other);
      Path disk = out.resolve("disk");
      Cli.Result result =
          switch (verb) {
            case "import" ->
                user.run("import", "--disk", folder.resolve("disk" + image).toString(), ref);
            case "tag" -> user.run("tag", ref, repository + ":t" + other);
            case "unpack" -> user.run("unpack", ref, "--to", disk.toString(), "--force");
            default -> user.run(verb, ref);
          };
      String unpacked = verb.equals("unpack") && result.exit() == 0 ? is(disk, folder) : "";
      String told = result.exit() == 0 || result.exit() == 4 ? "" : result.err();
      System.out.println("end " + result.exit() + " " + unpacked + told.replace('\n', ' '));
    }
  }

  /** Which of the disks a file is. */
  static String is(Path disk, Path folder) throws Exception {
    for (int i = 0; i < IMAGES; i++) {
      if (Files.mismatch(disk, folder.resolve("disk" + i)) < 0) {
        return Integer.toString(i);
      }
    }
    return "none";
  }
}
