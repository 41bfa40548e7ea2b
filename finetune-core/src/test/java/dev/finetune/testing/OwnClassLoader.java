package dev.finetune.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;

/**
 * Runs programs in JVMs where the library is in a class loader of its own, as in an executable jar
 * or an application server. Threads of pools have another class loader, which does not know it.
 */
public final class OwnClassLoader {

  private OwnClassLoader() {}

  /**
   * The program of the processes, which needs nothing but the JDK. Arguments: "pool" to run in a
   * pool first and then on the main thread, else "main"; the class path; a class; its arguments.
   */
  public static final class Start {
    private Start() {}

    public static void main(String[] args) throws Exception {
      List<URL> urls = new ArrayList<>();
      for (String entry : args[1].split(File.pathSeparator, -1)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      try (URLClassLoader own =
          new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
        Thread.currentThread().setContextClassLoader(own);
        String[] rest = List.of(args).subList(3, args.length).toArray(String[]::new);
        Callable<Object> program =
            () ->
                own.loadClass(args[2])
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) rest);
        if (args[0].equals("pool")) {
          new ForkJoinPool(2).submit(program).get();
        }
        program.call();
      }
    }
  }

  /**
   * Runs a program.
   *
   * @param folder an empty folder
   * @param thread "pool" to run it in a pool first and then on the main thread, else "main"
   * @return what the program wrote
   */
  public static String run(Path folder, String thread, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    String start = Start.class.getName();
    String resource = start.replace('.', '/') + ".class";
    Path copy = folder.resolve(resource);
    Files.createDirectories(copy.getParent());
    try (InputStream in = Start.class.getClassLoader().getResourceAsStream(resource)) {
      Files.copy(in, copy);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", folder.toString(), start, thread));
    command.addAll(List.of(System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
