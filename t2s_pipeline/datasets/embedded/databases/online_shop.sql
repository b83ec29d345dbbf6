CREATE TABLE customer (
  customer_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  since_date DATE NOT NULL
);

CREATE TABLE supplier (
  supplier_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL
);

CREATE TABLE category (
  category_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);

CREATE TABLE product (
  product_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  category_id INTEGER NOT NULL REFERENCES category (category_id),
  supplier_id INTEGER NOT NULL REFERENCES supplier (supplier_id),
  price REAL NOT NULL,
  stock INTEGER NOT NULL
);

CREATE TABLE orders (
  order_id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customer (customer_id),
  order_date DATE NOT NULL,
  status TEXT NOT NULL
);

CREATE TABLE order_item (
  order_id INTEGER NOT NULL REFERENCES orders (order_id),
  product_id INTEGER NOT NULL REFERENCES product (product_id),
  quantity INTEGER NOT NULL,
  PRIMARY KEY (order_id, product_id)
);

CREATE TABLE review (
  review_id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES product (product_id),
  customer_id INTEGER NOT NULL REFERENCES customer (customer_id),
  stars INTEGER NOT NULL,
  review_date DATE NOT NULL
);

INSERT INTO customer VALUES
  (1, 'Laura Becker', 'laura.becker@mailbox.de', 'Hamburg', 'Germany', '2018-03-14'),
  (2, 'James Holt', 'jholt@postbox.co.uk', 'Leeds', 'United Kingdom', '2019-07-02'),
  (3, 'Marie Dubois', 'm.dubois@courriel.fr', 'Lyon', 'France', '2020-01-19'),
  (4, 'Antonio Greco', 'agreco@postino.it', 'Naples', 'Italy', '2017-11-08'),
  (5, 'Sanne Bakker', 'sanne.bakker@brief.nl', 'Utrecht', 'Netherlands', '2021-04-25'),
  (6, 'Felix Wagner', 'felix.w@mailbox.de', 'Munich', 'Germany', '2018-09-30'),
  (7, 'Rachel Adams', 'rachel.adams@postbox.co.uk', 'Bristol', 'United Kingdom', '2022-02-11'),
  (8, 'Pilar Ortega', 'pilar.ortega@correo.es', 'Seville', 'Spain', '2019-05-17'),
  (9, 'Jonas Keller', 'jonas@mailbox.de', 'Hamburg', 'Germany', '2021-10-06'),
  (10, 'Claire Fontaine', 'claire.f@courriel.fr', 'Paris', 'France', '2016-06-21'),
  (11, 'Bogdan Ionescu', 'bogdan.i@posta.ro', 'Cluj', 'Romania', '2020-08-13'),
  (12, 'Emily Watson', 'ewatson@postbox.co.uk', 'Leeds', 'United Kingdom', '2020-12-29'),
  (13, 'Anna Lindgren', 'anna.l@brev.se', 'Malmo', 'Sweden', '2017-02-05'),
  (14, 'Paul Girard', 'paul.girard@courriel.fr', 'Lyon', 'France', '2022-06-18'),
  (15, 'Greta Hoffmann', 'greta.h@mailbox.de', 'Berlin', 'Germany', '2019-12-01'),
  (16, 'Marta Silva', 'marta@correio.pt', 'Porto', 'Portugal', '2021-01-15');

INSERT INTO supplier VALUES
  (1, 'Nordic Home', 'Sweden'),
  (2, 'Rhine Tools', 'Germany'),
  (3, 'Bella Cucina', 'Italy'),
  (4, 'Pixel Works', 'Taiwan'),
  (5, 'Green Garden', 'Netherlands'),
  (6, 'Alpine Sport', 'Austria'),
  (7, 'Paper Lantern', 'Japan');

INSERT INTO category VALUES
  (1, 'Kitchen'),
  (2, 'Garden'),
  (3, 'Electronics'),
  (4, 'Sports'),
  (5, 'Office'),
  (6, 'Toys');

INSERT INTO product VALUES
  (1, 'Espresso Maker', 1, 3, 89.9, 24),
  (2, 'Cast Iron Pan', 1, 1, 54.5, 41),
  (3, 'Bread Knife', 1, 2, 27.0, 63),
  (4, 'Pasta Machine', 1, 3, 64.0, 18),
  (5, 'Rose Shears', 2, 5, 19.9, 75),
  (6, 'Watering Can', 2, 5, 14.5, 120),
  (7, 'Garden Bench', 2, 1, 179.0, 6),
  (8, 'Wireless Speaker', 3, 4, 99.0, 33),
  (9, 'Headphones', 3, 4, 129.0, 27),
  (10, 'Desk Lamp', 5, 1, 45.0, 58),
  (11, 'Tablet Stand', 3, 4, 24.9, 92),
  (12, 'Yoga Mat', 4, 6, 32.5, 67),
  (13, 'Climbing Rope', 4, 6, 119.5, 14),
  (14, 'Ski Goggles', 4, 6, 74.9, 22),
  (15, 'Fountain Pen', 5, 7, 39.0, 49),
  (16, 'Notebook Set', 5, 7, 12.9, 210),
  (17, 'Cordless Drill', 2, 2, 139.0, 16),
  (18, 'Hammer', 2, 2, 22.9, 85),
  (19, 'Office Chair', 5, 1, 249.0, 9),
  (20, 'Tea Kettle', 1, 7, 48.9, 37),
  (21, 'Smart Watch', 3, 4, 199.0, 20),
  (22, 'Hiking Poles', 4, 6, 59.9, 30);

INSERT INTO orders VALUES
  (1, 9, '2022-01-05', 'shipped'),
  (2, 8, '2022-01-15', 'shipped'),
  (3, 4, '2022-01-21', 'shipped'),
  (4, 2, '2022-01-29', 'shipped'),
  (5, 1, '2022-02-03', 'shipped'),
  (6, 10, '2022-02-18', 'shipped'),
  (7, 8, '2022-03-04', 'cancelled'),
  (8, 1, '2022-03-14', 'shipped'),
  (9, 6, '2022-03-30', 'shipped'),
  (10, 9, '2022-04-15', 'shipped'),
  (11, 1, '2022-04-21', 'shipped'),
  (12, 12, '2022-05-07', 'shipped'),
  (13, 1, '2022-05-11', 'shipped'),
  (14, 2, '2022-05-29', 'cancelled'),
  (15, 3, '2022-06-12', 'shipped'),
  (16, 12, '2022-06-22', 'shipped'),
  (17, 2, '2022-06-25', 'shipped'),
  (18, 4, '2022-07-02', 'shipped'),
  (19, 15, '2022-07-13', 'shipped'),
  (20, 5, '2022-07-31', 'shipped'),
  (21, 11, '2022-08-08', 'cancelled'),
  (22, 1, '2022-08-25', 'open'),
  (23, 3, '2022-08-28', 'open'),
  (24, 1, '2022-09-15', 'shipped'),
  (25, 3, '2022-09-30', 'open'),
  (26, 13, '2022-10-07', 'shipped'),
  (27, 6, '2022-10-16', 'cancelled'),
  (28, 9, '2022-10-28', 'open'),
  (29, 2, '2022-11-12', 'open'),
  (30, 6, '2022-11-25', 'shipped');

INSERT INTO order_item VALUES
  (1, 1, 1),
  (1, 5, 4),
  (2, 21, 2),
  (3, 8, 2),
  (3, 16, 2),
  (4, 8, 2),
  (5, 10, 2),
  (5, 21, 2),
  (6, 1, 4),
  (6, 5, 3),
  (6, 9, 1),
  (7, 16, 1),
  (7, 18, 1),
  (8, 9, 1),
  (8, 16, 2),
  (9, 1, 1),
  (10, 18, 1),
  (11, 4, 3),
  (11, 9, 1),
  (11, 11, 1),
  (12, 16, 2),
  (12, 17, 3),
  (13, 3, 1),
  (13, 10, 1),
  (13, 16, 2),
  (14, 8, 2),
  (14, 12, 2),
  (15, 9, 4),
  (16, 1, 1),
  (16, 14, 1),
  (16, 16, 4),
  (17, 2, 1),
  (17, 6, 2),
  (17, 12, 2),
  (18, 16, 4),
  (19, 11, 4),
  (20, 12, 3),
  (20, 16, 2),
  (21, 2, 1),
  (21, 14, 4),
  (22, 1, 3),
  (22, 12, 1),
  (23, 8, 1),
  (23, 14, 1),
  (23, 21, 2),
  (24, 2, 2),
  (24, 12, 2),
  (24, 21, 1),
  (25, 8, 1),
  (25, 16, 3),
  (25, 18, 3),
  (26, 4, 2),
  (27, 16, 1),
  (28, 6, 2),
  (28, 10, 2),
  (28, 17, 3),
  (29, 21, 1),
  (30, 5, 3),
  (30, 8, 1);

INSERT INTO review VALUES
  (1, 1, 9, 3, '2022-02-03'),
  (2, 8, 4, 2, '2022-02-07'),
  (3, 8, 2, 2, '2022-02-19'),
  (4, 10, 1, 5, '2022-02-23'),
  (5, 16, 8, 4, '2022-04-12'),
  (6, 18, 8, 1, '2022-03-31'),
  (7, 16, 1, 1, '2022-04-04'),
  (8, 1, 6, 5, '2022-04-19'),
  (9, 18, 9, 3, '2022-05-24'),
  (10, 4, 1, 5, '2022-05-03'),
  (11, 9, 1, 4, '2022-05-19'),
  (12, 11, 1, 5, '2022-05-17'),
  (13, 16, 12, 3, '2022-06-01'),
  (14, 3, 1, 1, '2022-05-25'),
  (15, 1, 12, 4, '2022-07-24'),
  (16, 14, 12, 4, '2022-07-22'),
  (17, 2, 2, 3, '2022-07-10'),
  (18, 12, 2, 3, '2022-07-27'),
  (19, 16, 4, 4, '2022-07-29'),
  (20, 11, 15, 3, '2022-08-19'),
  (21, 2, 11, 4, '2022-08-27'),
  (22, 14, 11, 5, '2022-08-31'),
  (23, 1, 1, 5, '2022-09-22'),
  (24, 12, 1, 4, '2022-09-08'),
  (25, 8, 3, 4, '2022-09-16'),
  (26, 14, 3, 5, '2022-09-22'),
  (27, 2, 1, 4, '2022-10-01'),
  (28, 16, 3, 4, '2022-10-17'),
  (29, 18, 3, 1, '2022-10-07'),
  (30, 4, 13, 5, '2022-11-05'),
  (31, 16, 6, 1, '2022-11-03'),
  (32, 6, 9, 1, '2022-11-03'),
  (33, 10, 9, 3, '2022-12-05'),
  (34, 17, 9, 4, '2022-12-02'),
  (35, 5, 6, 3, '2023-01-03');
