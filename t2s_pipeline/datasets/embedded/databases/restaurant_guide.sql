CREATE TABLE city (
  city_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  population INTEGER NOT NULL
);

CREATE TABLE restaurant (
  restaurant_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city_id INTEGER NOT NULL REFERENCES city (city_id),
  cuisine TEXT NOT NULL,
  tables INTEGER NOT NULL,
  opened_year INTEGER NOT NULL
);

CREATE TABLE chef (
  chef_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  restaurant_id INTEGER NOT NULL REFERENCES restaurant (restaurant_id),
  age INTEGER NOT NULL,
  years INTEGER NOT NULL
);

CREATE TABLE dish (
  dish_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  restaurant_id INTEGER NOT NULL REFERENCES restaurant (restaurant_id),
  type TEXT NOT NULL,
  price INTEGER NOT NULL,
  calories INTEGER NOT NULL
);

CREATE TABLE critic (
  critic_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  newspaper TEXT NOT NULL,
  age INTEGER NOT NULL
);

CREATE TABLE rating (
  rating_id INTEGER PRIMARY KEY,
  restaurant_id INTEGER NOT NULL REFERENCES restaurant (restaurant_id),
  critic_id INTEGER NOT NULL REFERENCES critic (critic_id),
  score INTEGER NOT NULL,
  rating_date DATE NOT NULL
);

INSERT INTO city VALUES
  (1, 'Austin', 'Texas', 974000),
  (2, 'Houston', 'Texas', 2304000),
  (3, 'Denver', 'Colorado', 715000),
  (4, 'Boulder', 'Colorado', 105000),
  (5, 'Santa Fe', 'New Mexico', 89000),
  (6, 'New Orleans', 'Louisiana', 377000),
  (7, 'Tulsa', 'Oklahoma', 411000);

INSERT INTO restaurant VALUES
  (1, 'Casa Paloma', 1, 'Mexican', 32, 2004),
  (2, 'The Iron Grill', 1, 'Barbecue', 45, 1998),
  (3, 'Saigon Kitchen', 2, 'Vietnamese', 24, 2011),
  (4, 'Bayou Table', 6, 'Cajun', 38, 1987),
  (5, 'Trattoria Lena', 3, 'Italian', 20, 2015),
  (6, 'Green Fork', 4, 'Vegetarian', 16, 2018),
  (7, 'Red Chile House', 5, 'Mexican', 27, 1976),
  (8, 'Mountain Noodle', 4, 'Japanese', 18, 2020),
  (9, 'Lone Star Smokehouse', 2, 'Barbecue', 60, 1991),
  (10, 'Cafe Beignet Royal', 6, 'Cajun', 14, 2009),
  (11, 'Osteria Nove', 2, 'Italian', 22, 2013),
  (12, 'Taco Verde', 3, 'Mexican', 12, 2021),
  (13, 'Blue Lotus', 3, 'Vietnamese', 19, 2016),
  (14, 'Adobe Garden', 5, 'Vegetarian', 21, 2006),
  (15, 'Sakura House', 1, 'Japanese', 25, 2008),
  (16, 'Magnolia Room', 6, 'Cajun', 42, 1969);

INSERT INTO chef VALUES
  (1, 'Manuel Ortega', 1, 47, 22),
  (2, 'Bobby Tate', 2, 55, 31),
  (3, 'Linh Tran', 3, 39, 15),
  (4, 'Antoine Boudreaux', 4, 61, 38),
  (5, 'Lena Rizzo', 5, 44, 19),
  (6, 'Dana Whitcomb', 6, 33, 9),
  (7, 'Elvira Baca', 7, 58, 35),
  (8, 'Kenji Mori', 8, 30, 7),
  (9, 'Earl Jessup', 9, 52, 28),
  (10, 'Simone Landry', 10, 41, 16),
  (11, 'Fabio Conti', 11, 36, 12),
  (12, 'Lucy Herrera', 12, 27, 5),
  (13, 'Duc Pham', 13, 42, 17),
  (14, 'Hope Sandoval', 14, 49, 24),
  (15, 'Aiko Sato', 15, 45, 20),
  (16, 'Yvette Fontenot', 16, 63, 40),
  (17, 'Ray Dupree', 4, 29, 6),
  (18, 'Jim Sutter', 9, 34, 11);

INSERT INTO dish VALUES
  (1, 'Chicken Mole', 1, 'main', 19, 720),
  (2, 'Churros', 1, 'dessert', 8, 430),
  (3, 'Brisket Plate', 2, 'main', 24, 980),
  (4, 'Corn Bread', 2, 'side', 5, 260),
  (5, 'Beef Pho', 3, 'main', 15, 540),
  (6, 'Spring Rolls', 3, 'starter', 7, 210),
  (7, 'Shrimp Gumbo', 4, 'main', 22, 650),
  (8, 'Bread Pudding', 4, 'dessert', 9, 510),
  (9, 'Mushroom Risotto', 5, 'main', 21, 610),
  (10, 'Tiramisu', 5, 'dessert', 10, 470),
  (11, 'Lentil Stew', 6, 'main', 14, 390),
  (12, 'Beet Salad', 6, 'starter', 9, 180),
  (13, 'Green Chile Stew', 7, 'main', 17, 560),
  (14, 'Sopapillas', 7, 'dessert', 6, 410),
  (15, 'Pork Ramen', 8, 'main', 16, 690),
  (16, 'Edamame', 8, 'starter', 6, 155),
  (17, 'Smoked Ribs', 9, 'main', 29, 1120),
  (18, 'Potato Salad', 9, 'side', 6, 320),
  (19, 'Beignets', 10, 'dessert', 7, 450),
  (20, 'Lasagna', 11, 'main', 20, 830),
  (21, 'Burrata', 11, 'starter', 13, 300),
  (22, 'Fish Tacos', 12, 'main', 12, 480),
  (23, 'Lemongrass Tofu', 13, 'main', 14, 430),
  (24, 'Stuffed Peppers', 14, 'main', 16, 370),
  (25, 'Sushi Platter', 15, 'main', 31, 590),
  (26, 'Miso Soup', 15, 'starter', 5, 90),
  (27, 'Crawfish Pie', 16, 'main', 26, 770),
  (28, 'Pecan Tart', 16, 'dessert', 11, 580),
  (29, 'Veggie Burrito', 6, 'main', 13, 500);

INSERT INTO critic VALUES
  (1, 'Harriet Colby', 'Denver Ledger', 52),
  (2, 'Stephen Marsh', 'Houston Daily', 46),
  (3, 'Paloma Reyes', 'Austin Courier', 34),
  (4, 'Gordon Wells', 'Gulf Tribune', 63),
  (5, 'Tracy Nakamura', 'Denver Ledger', 29),
  (6, 'Victor Lund', 'Mesa Weekly', 41);

INSERT INTO rating VALUES
  (1, 13, 3, 6, '2021-02-08'),
  (2, 4, 2, 7, '2021-03-16'),
  (3, 4, 2, 7, '2021-04-06'),
  (4, 3, 5, 8, '2021-04-29'),
  (5, 5, 1, 7, '2021-05-10'),
  (6, 7, 4, 7, '2021-06-09'),
  (7, 15, 4, 10, '2021-07-09'),
  (8, 3, 1, 8, '2021-08-12'),
  (9, 6, 3, 6, '2021-09-10'),
  (10, 9, 4, 7, '2021-09-25'),
  (11, 4, 1, 9, '2021-10-15'),
  (12, 9, 3, 5, '2021-11-11'),
  (13, 1, 1, 6, '2021-12-01'),
  (14, 16, 1, 10, '2021-12-11'),
  (15, 4, 4, 5, '2022-01-12'),
  (16, 11, 3, 7, '2022-02-15'),
  (17, 9, 1, 6, '2022-03-15'),
  (18, 11, 3, 8, '2022-03-31'),
  (19, 4, 3, 7, '2022-04-21'),
  (20, 8, 2, 8, '2022-05-28'),
  (21, 15, 4, 9, '2022-06-09'),
  (22, 15, 5, 7, '2022-06-25'),
  (23, 1, 1, 5, '2022-07-10'),
  (24, 10, 3, 6, '2022-07-31'),
  (25, 2, 2, 6, '2022-08-30'),
  (26, 5, 2, 8, '2022-09-17'),
  (27, 12, 5, 8, '2022-09-29'),
  (28, 2, 5, 7, '2022-11-09'),
  (29, 7, 1, 10, '2022-12-11'),
  (30, 1, 2, 10, '2023-01-20');
