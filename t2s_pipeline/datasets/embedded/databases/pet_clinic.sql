CREATE TABLE owner (
  owner_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  phone TEXT NOT NULL
);

CREATE TABLE pet (
  pet_id INTEGER PRIMARY KEY,
  owner_id INTEGER NOT NULL REFERENCES owner (owner_id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  breed TEXT NOT NULL,
  birth_date DATE NOT NULL,
  weight REAL NOT NULL
);

CREATE TABLE vet (
  vet_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  specialty TEXT NOT NULL,
  city TEXT NOT NULL,
  salary INTEGER NOT NULL,
  hire_year INTEGER NOT NULL
);

CREATE TABLE visit (
  visit_id INTEGER PRIMARY KEY,
  pet_id INTEGER NOT NULL REFERENCES pet (pet_id),
  vet_id INTEGER NOT NULL REFERENCES vet (vet_id),
  visit_date DATE NOT NULL,
  reason TEXT NOT NULL,
  cost INTEGER NOT NULL
);

INSERT INTO owner VALUES
  (1, 'Emma Sullivan', 'Galway', '091-555-014'),
  (2, 'Rory Byrne', 'Cork', '021-555-220'),
  (3, 'Aisling Nolan', 'Dublin', '01-555-8871'),
  (4, 'Patrick Keane', 'Galway', '091-555-367'),
  (5, 'Fiona Daly', 'Limerick', '061-555-102'),
  (6, 'Conor Walsh', 'Dublin', '01-555-4410'),
  (7, 'Orla McGrath', 'Sligo', '071-555-903'),
  (8, 'Dermot Quinn', 'Cork', '021-555-671'),
  (9, 'Niamh Farrell', 'Dublin', '01-555-2236'),
  (10, 'Sean Gallagher', 'Galway', '091-555-718'),
  (11, 'Kate Brennan', 'Limerick', '061-555-554'),
  (12, 'Eoin Murphy', 'Dublin', '01-555-6093'),
  (13, 'Grainne Healy', 'Kilkenny', '056-555-141'),
  (14, 'Declan Roche', 'Cork', '021-555-385'),
  (15, 'Maura Kenny', 'Galway', '091-555-492');

INSERT INTO pet VALUES
  (1, 1, 'Biscuit', 'Dog', 'Beagle', '2015-04-18', 11.2),
  (2, 1, 'Pepper', 'Cat', 'Siamese', '2018-09-02', 4.1),
  (3, 2, 'Rex', 'Dog', 'German Shepherd', '2013-01-27', 34.5),
  (4, 3, 'Luna', 'Cat', 'Persian', '2019-06-14', 3.8),
  (5, 3, 'Milo', 'Dog', 'Labrador', '2016-11-30', 29.7),
  (6, 3, 'Clover', 'Rabbit', 'Dutch', '2021-03-08', 1.9),
  (7, 4, 'Duke', 'Dog', 'Boxer', '2014-07-22', 31.0),
  (8, 5, 'Willow', 'Cat', 'Maine Coon', '2017-02-11', 6.9),
  (9, 6, 'Ziggy', 'Parrot', 'African Grey', '2008-05-19', 0.5),
  (10, 6, 'Bella', 'Dog', 'Beagle', '2020-08-25', 10.4),
  (11, 7, 'Shadow', 'Cat', 'Siamese', '2012-10-05', 4.6),
  (12, 8, 'Captain', 'Dog', 'Labrador', '2018-03-16', 32.3),
  (13, 8, 'Daisy', 'Dog', 'Poodle', '2019-12-01', 6.2),
  (14, 9, 'Thumper', 'Rabbit', 'Lop', '2022-01-13', 2.4),
  (15, 9, 'Oscar', 'Cat', 'Persian', '2015-05-29', 5.2),
  (16, 10, 'Molly', 'Dog', 'Collie', '2017-09-07', 21.8),
  (17, 11, 'Kiwi', 'Parrot', 'Budgie', '2020-04-04', 0.1),
  (18, 12, 'Bruno', 'Dog', 'Boxer', '2021-06-21', 27.6),
  (19, 12, 'Nala', 'Cat', 'Maine Coon', '2020-02-28', 6.1),
  (20, 13, 'Hazel', 'Rabbit', 'Dutch', '2019-08-17', 2.0),
  (21, 14, 'Finn', 'Dog', 'Collie', '2011-12-12', 20.1),
  (22, 15, 'Coco', 'Cat', 'Siamese', '2016-01-09', 4.4),
  (23, 10, 'Rusty', 'Dog', 'Labrador', '2012-03-03', 30.9),
  (24, 2, 'Smokey', 'Cat', 'Burmese', '2021-10-10', 3.5);

INSERT INTO vet VALUES
  (1, 'Brian Lacey', 'Surgery', 'Dublin', 92000, 2008),
  (2, 'Sinead Moran', 'Dentistry', 'Cork', 78000, 2014),
  (3, 'Paula Griffin', 'Surgery', 'Galway', 88000, 2010),
  (4, 'Colm Dunne', 'General Care', 'Dublin', 64000, 2019),
  (5, 'Helen Tierney', 'Exotic Animals', 'Limerick', 71000, 2016),
  (6, 'Mark Costello', 'General Care', 'Galway', 61000, 2021),
  (7, 'Ursula Reidy', 'Dermatology', 'Cork', 83000, 2012),
  (8, 'Tom Shanahan', 'General Care', 'Waterford', 59000, 2022);

INSERT INTO visit VALUES
  (1, 1, 4, '2022-01-10', 'Vaccination', 45),
  (2, 3, 1, '2022-01-24', 'Broken leg', 640),
  (3, 5, 4, '2022-02-02', 'Check-up', 50),
  (4, 2, 6, '2022-02-15', 'Vaccination', 42),
  (5, 7, 3, '2022-02-28', 'Hip surgery', 910),
  (6, 9, 5, '2022-03-07', 'Feather loss', 120),
  (7, 12, 2, '2022-03-19', 'Tooth removal', 230),
  (8, 5, 4, '2022-04-01', 'Vaccination', 46),
  (9, 15, 1, '2022-04-11', 'Tumor removal', 780),
  (10, 10, 4, '2022-04-23', 'Check-up', 52),
  (11, 16, 6, '2022-05-06', 'Ear infection', 85),
  (12, 8, 5, '2022-05-18', 'Allergy', 95),
  (13, 6, 5, '2022-05-30', 'Check-up', 40),
  (14, 3, 1, '2022-06-09', 'Check-up', 60),
  (15, 21, 7, '2022-06-21', 'Skin rash', 140),
  (16, 11, 6, '2022-07-04', 'Vaccination', 44),
  (17, 13, 2, '2022-07-15', 'Dental cleaning', 160),
  (18, 1, 4, '2022-07-29', 'Ear infection', 88),
  (19, 18, 4, '2022-08-08', 'Vaccination', 47),
  (20, 23, 3, '2022-08-20', 'Knee surgery', 860),
  (21, 5, 1, '2022-09-01', 'Broken tooth', 210),
  (22, 22, 6, '2022-09-14', 'Allergy', 97),
  (23, 14, 4, '2022-09-27', 'Check-up', 41),
  (24, 12, 7, '2022-10-10', 'Skin rash', 135),
  (25, 19, 4, '2022-10-22', 'Vaccination', 48),
  (26, 1, 4, '2022-11-03', 'Check-up', 55),
  (27, 16, 3, '2022-11-16', 'Broken leg', 590),
  (28, 4, 4, '2022-11-28', 'Allergy', 99),
  (29, 17, 5, '2022-12-09', 'Check-up', 38),
  (30, 5, 4, '2022-12-20', 'Ear infection', 87);
