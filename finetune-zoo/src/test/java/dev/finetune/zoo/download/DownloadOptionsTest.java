package dev.finetune.zoo.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadOptionsTest {

  private final Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>();

  private DownloadOptions options() {
    properties.putIfAbsent("user.home", temporary.resolve("home").toString());
    properties.put("java.io.tmpdir", temporary.toString());
    return DownloadOptions.from(properties::get, variables::get);
  }

  @Test
  void should_have_defaults() {
    assertThat(options())
        .usingRecursiveComparison()
        .ignoringFields("progress")
        .isEqualTo(DownloadOptions.into(temporary.resolve("home/.cache/finetune")));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "YES, true",
    "on, true",
    "1, true",
    "' on ', true",
    "false, false",
    "No, false",
    "off, false",
    "0, false",
    "' ', false",
    "'', false"
  })
  void should_read_offline_as_people_write_it(String text, boolean offline) {
    variables.put("FINETUNE_OFFLINE", text);

    assertThat(options().offline()).isEqualTo(offline);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "offline", "ja"})
  void should_refuse_other_values_of_offline(String text) {
    variables.put("FINETUNE_OFFLINE", text);

    assertThatThrownBy(this::options)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("FINETUNE_OFFLINE must be true, yes, on, 1, false, no, off or 0, got " + text);
  }

  @Test
  void should_prefer_properties() {
    variables.put("FINETUNE_OFFLINE", "1");
    variables.put("FINETUNE_MIRROR", "http://variable.example/");
    variables.put("FINETUNE_PROXY", "http://proxy.example:3128");
    variables.put("FINETUNE_CACHE", "variable");
    properties.put("finetune.offline", "no");
    properties.put("finetune.cache", "property");
    properties.put("finetune.mirror", " ");

    DownloadOptions options = options();

    assertThat(options.offline()).isFalse();
    assertThat(options.cache()).isEqualTo(Path.of("property"));
    assertThat(options.mirror()).hasValue(URI.create("http://variable.example/"));
    assertThat(options.proxy()).hasValue(URI.create("http://proxy.example:3128"));
  }

  /** Java's home directory of a user that the system does not know is "?". */
  @ParameterizedTest
  @ValueSource(strings = {"?", "", "somewhere"})
  void should_have_one_cache_without_a_home(String home) {
    properties.put("user.home", home);

    assertThat(options().cache()).isEqualTo(temporary.resolve("finetune-cache"));
  }
}
