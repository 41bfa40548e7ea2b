package org.example.tasks;

import static dev.finetune.head.HeadLayers.dropout;
import static dev.finetune.train.Adam.adam;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteSource;
import dev.finetune.FineTune;
import dev.finetune.FineTunedModel;
import dev.finetune.TagModel;
import dev.finetune.ValueModel;
import dev.finetune.backbone.Backbone;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.Images;
import dev.finetune.datasets.Split;
import dev.finetune.datasets.Splits;
import dev.finetune.evaluate.TagEvaluation;
import dev.finetune.evaluate.TagPrediction;
import dev.finetune.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.sql.rowset.CachedRowSet;
import javax.sql.rowset.RowSetMetaDataImpl;
import javax.sql.rowset.RowSetProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks about images and what is known of them. */
@Tag("numeric")
class DataTasksTest {

  private final Backbone backbone = SmallBackbone.create();

  @TempDir Path temporary;

  @Test
  void own_folder() throws IOException {
    Path folder = temporary.resolve("flowers");
    Path file = temporary.resolve("flowers.zip");
    for (Photo photo : Photo.photos(90, 1)) {
      Photo.write(List.of(photo), folder.resolve(photo.species()));
    }

    // Task: own folder
    ImageDataset images = ClassFolders.read(folder);
    Split split = Splits.stratified(images, 0.2, 42);
    TrainOptions options = TrainOptions.defaults().epochs(20).optimizer(adam(1e-2));
    try (FineTunedModel model =
        FineTune.from(backbone)
            .freezeAll()
            .head(dropout(0.2))
            .train(split.train(), split.valid(), options)) {
      model.save(file);
    }
    // End

    try (FineTunedModel model = FineTunedModel.load(file)) {
      assertThat(model.classNames()).containsExactly("daisy", "rose", "tulip");
      assertThat(model.evaluate(Photo.dataset(60, 2)).accuracy()).isGreaterThan(0.8);
    }
  }

  /** Returns the rows of a table as JDBC does, without a database. */
  private static ResultSet query(List<Photo> photos) throws SQLException, IOException {
    CachedRowSet rows = RowSetProvider.newFactory().createCachedRowSet();
    RowSetMetaDataImpl columns = new RowSetMetaDataImpl();
    List<String> names = List.of("id", "species", "photo");
    columns.setColumnCount(names.size());
    for (int i = 1; i <= names.size(); i++) {
      columns.setColumnName(i, names.get(i - 1));
      columns.setColumnType(i, i == names.size() ? Types.VARBINARY : Types.VARCHAR);
    }
    rows.setMetaData(columns);
    for (Photo photo : photos) {
      rows.moveToInsertRow();
      rows.updateString("id", photo.key());
      rows.updateString("species", photo.species());
      rows.updateBytes("photo", photo.png());
      rows.insertRow();
    }
    rows.moveToCurrentRow();
    rows.beforeFirst();
    return rows;
  }

  @Test
  void data_from_a_database_column() throws SQLException, IOException {
    ResultSet result = query(Photo.photos(30, 1));

    // Task: data from a database column
    record Row(String id, String species, ByteSource photo) {}
    List<Row> rows = new ArrayList<>();
    while (result.next()) {
      ByteSource photo = ByteSource.wrap(result.getBytes("photo"));
      rows.add(new Row(result.getString("id"), result.getString("species"), photo));
    }
    ImageDataset images =
        ImageDataset.of(
            rows, Row::species, Row::id, row -> Images.read(row.photo().openStream(), row.id()));
    // End

    ImageDataset expected = Photo.dataset(30, 1);
    assertThat(images.size()).isEqualTo(30);
    assertThat(images.classNames()).containsExactly("daisy", "rose", "tulip");
    assertThat(images.labels()).isEqualTo(expected.labels());
    assertThat(images.load(7).planes()).isEqualTo(expected.load(7).planes());
  }

  @Test
  void group_split() {
    // Four photos of each plant: "plant-0/0" to "plant-0/3".
    ImageDataset images =
        ImageDataset.of(
            IntStream.range(0, 120).boxed().toList(),
            i -> i / 4 % 3 == 0 ? "daisy" : i / 4 % 3 == 1 ? "rose" : "tulip",
            i -> "plant-" + i / 4 + "/" + i % 4,
            i -> Photo.photos(120, 1).get(i).image());

    // Task: group split
    Split split = Splits.byGroup(images, name -> name.substring(0, name.lastIndexOf('/')), 0.3, 42);
    // End

    Set<String> trained = plants(split.train());
    Set<String> validated = plants(split.valid());
    assertThat(trained).hasSize(21).doesNotContainAnyElementsOf(validated);
    assertThat(validated).hasSize(9);
  }

  private static Set<String> plants(ImageDataset images) {
    Set<String> plants = new TreeSet<>();
    for (int i = 0; i < images.size(); i++) {
      plants.add(images.name(i).substring(0, images.name(i).lastIndexOf('/')));
    }
    return plants;
  }

  @Test
  void tags() {
    List<Photo> photos = Photo.photos(150, 1);
    List<Photo> others = Photo.photos(60, 2);
    Photo photo = new Photo("fenced rose", 3, 4);

    // Task: tags
    TagDataset train = TagDataset.of(photos, Photo::keywords, Photo::key, Photo::image);
    TagDataset valid =
        TagDataset.of(train.tagNames(), others, Photo::keywords, Photo::key, Photo::image);
    TagModel model =
        FineTune.from(backbone)
            .freezeAll()
            .train(train, valid, TrainOptions.defaults().epochs(20).optimizer(adam(1e-2)));
    TagPrediction prediction = model.tags(photo.image());
    double fence = prediction.probability("fence");
    TagEvaluation evaluation = model.evaluate(valid);
    // End

    assertThat(prediction.tags()).containsExactlyInAnyOrder("fence", "rose");
    assertThat(fence).isGreaterThan(0.3);
    assertThat(evaluation.meanAveragePrecision()).isGreaterThan(0.9);
  }

  @Test
  void values() {
    List<Photo> photos = Photo.photos(150, 1);
    List<Photo> others = Photo.photos(60, 2);
    Photo photo = new Photo("low", 5, -1);

    // Task: values
    ValueDataset train =
        ValueDataset.of(
            List.of("height"),
            photos,
            p -> new double[] {10.0 * p.row()},
            Photo::key,
            Photo::image);
    ValueDataset valid =
        ValueDataset.of(
            List.of("height"),
            others,
            p -> new double[] {10.0 * p.row()},
            Photo::key,
            Photo::image);
    ValueModel model =
        FineTune.from(backbone)
            .freezeAll()
            .train(train, valid, TrainOptions.defaults().epochs(30).optimizer(adam(1e-2)));
    double height = model.values(photo.image())[0];
    double error = model.evaluate(valid).meanAbsoluteError();
    // End

    assertThat(height).isBetween(35.0, 65.0);
    assertThat(error).isLessThan(10);
    assertThat(model.evaluate(valid).r2()).isGreaterThan(0.7);
  }
}
