-- How many employees work for the company?
-- Count the employees.
SELECT count(*) FROM employee

-- List the names of all projects.
-- What are the project names?
SELECT name FROM project

-- Which employees are older than 45? Give their names.
-- Show the names of employees with an age above 45.
SELECT name FROM employee WHERE age > 45

-- What is the average salary of the employees?
-- How much does an employee earn on average?
SELECT avg(salary) FROM employee

-- How many projects have the status running?
-- Count the running projects; their status is running.
SELECT count(*) FROM project WHERE status = 'running'

-- What are the different jobs in the company?
-- List the distinct jobs of employees.
SELECT DISTINCT job FROM employee

-- Show the names of employees by hire date, the most recent first.
SELECT name FROM employee ORDER BY hire_date DESC

-- What is the sum of all project budgets?
-- Find the total budget of all projects.
SELECT sum(budget) FROM project

-- Show the name, job and salary of every employee.
-- List employees with their job and salary.
SELECT name, job, salary FROM employee

-- Which employee earns the most? Give name and salary.
-- Show the name and salary of the best paid employee.
SELECT name, salary FROM employee ORDER BY salary DESC LIMIT 1

-- Who was hired first? Give the name of the employee.
-- What is the name of the employee with the earliest hire date?
SELECT name FROM employee ORDER BY hire_date LIMIT 1

-- How many employees have each job?
-- For each job, show how many employees do it.
SELECT job, count(*) FROM employee GROUP BY job

-- What are the highest and the average salary for each job?
-- For every job, show the maximum salary and the average salary.
SELECT job, max(salary), avg(salary) FROM employee GROUP BY job

-- Show each employee's name and the name of his or her team.
-- List the employees together with the names of their teams.
SELECT T1.name, T2.name FROM employee AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id

-- Which employees are in the Research team?
-- Show the names of the employees of the team Research.
SELECT T1.name FROM employee AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id WHERE T2.name = 'Research'

-- In which city is the Design team located? Show the city of its office.
-- Give the office city of the team named Design.
SELECT T1.city FROM office AS T1 JOIN team AS T2 ON T1.office_id = T2.office_id WHERE T2.name = 'Design'

-- How many employees does the Sales team have?
SELECT count(*) FROM employee AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id WHERE T2.name = 'Sales'

-- Which employees from Boston earn more than 100000?
-- Show the names of employees who live in the city Boston and have a salary over 100000.
SELECT name FROM employee WHERE city = 'Boston' AND salary > 100000

-- Which projects started between 2022-01-01 and 2022-12-31? Show name and client.
-- Give the name and client of projects with a start date from 2022-01-01 to 2022-12-31.
SELECT name, client FROM project WHERE start_date BETWEEN '2022-01-01' AND '2022-12-31'

-- Which clients have Rail in their name? Show the project name and the client.
SELECT name, client FROM project WHERE client LIKE '%Rail%'

-- Which clients have more than one project?
-- List the clients with at least two projects.
SELECT client FROM project GROUP BY client HAVING count(*) > 1

-- What is the average salary in each team? Show the team name.
-- For every team, give its name and the average salary of its employees.
SELECT T1.name, avg(T2.salary) FROM team AS T1 JOIN employee AS T2 ON T1.team_id = T2.team_id GROUP BY T1.team_id

-- How many employees have at least one skill with level 5?
-- Count the different employees who have a skill at level 5.
SELECT count(DISTINCT employee_id) FROM employee_skill WHERE level = 5

-- Which employees are not assigned to any project? Give their names.
-- Find the names of employees without an assignment.
SELECT name FROM employee WHERE employee_id NOT IN (SELECT employee_id FROM assignment)

-- Which projects have a budget below the average project budget?
-- Find the names of projects that cost less than the average project.
SELECT name FROM project WHERE budget < (SELECT avg(budget) FROM project)

-- Which offices have no team? Show city and desks.
-- Give the city and the number of desks of each office without a team.
SELECT city, desks FROM office WHERE office_id NOT IN (SELECT office_id FROM team)

-- In which cities is there an office and also an employee living there?
SELECT city FROM office INTERSECT SELECT city FROM employee

-- In which cities do employees live where there is no office?
-- Find the employee cities that have no office.
SELECT city FROM employee EXCEPT SELECT city FROM office

-- What are the names of the employees who can speak Spanish? It is a skill.
-- Which employees have the skill Spanish?
SELECT T1.name FROM employee AS T1 JOIN employee_skill AS T2 ON T1.employee_id = T2.employee_id JOIN skill AS T3 ON T2.skill_id = T3.skill_id WHERE T3.name = 'Spanish'

-- Which project has the most employees? Give its name and the number of employees.
-- Show the name of the project with the largest number of assigned employees and that number.
SELECT T1.name, count(*) FROM project AS T1 JOIN assignment AS T2 ON T1.project_id = T2.project_id GROUP BY T1.project_id ORDER BY count(*) DESC LIMIT 1

-- Who spent the most hours on projects in total? Give the name of the employee.
-- Which employee has the highest sum of hours over all assignments?
SELECT T1.name FROM employee AS T1 JOIN assignment AS T2 ON T1.employee_id = T2.employee_id GROUP BY T1.employee_id ORDER BY sum(T2.hours) DESC LIMIT 1

-- Which employees worked more than 200 hours on the project Compass? Show names and hours.
-- Show the name and hours of employees with more than 200 hours on Compass.
SELECT T1.name, T2.hours FROM employee AS T1 JOIN assignment AS T2 ON T1.employee_id = T2.employee_id JOIN project AS T3 ON T2.project_id = T3.project_id WHERE T3.name = 'Compass' AND T2.hours > 200

-- Which employees have both the skill Python and the skill SQL?
-- Find the names of employees who know Python and SQL.
SELECT T1.name FROM employee AS T1 JOIN employee_skill AS T2 ON T1.employee_id = T2.employee_id JOIN skill AS T3 ON T2.skill_id = T3.skill_id WHERE T3.name = 'Python' INTERSECT SELECT T1.name FROM employee AS T1 JOIN employee_skill AS T2 ON T1.employee_id = T2.employee_id JOIN skill AS T3 ON T2.skill_id = T3.skill_id WHERE T3.name = 'SQL'

-- Which teams have no employee whose job is Manager? Give the team names.
-- Show the names of teams without a Manager.
SELECT name FROM team EXCEPT SELECT T1.name FROM team AS T1 JOIN employee AS T2 ON T1.team_id = T2.team_id WHERE T2.job = 'Manager'

-- Which teams in Canada have an average salary above 80000? Show team name and average salary.
SELECT T1.name, avg(T2.salary) FROM team AS T1 JOIN employee AS T2 ON T1.team_id = T2.team_id JOIN office AS T3 ON T1.office_id = T3.office_id WHERE T3.country = 'Canada' GROUP BY T1.team_id HAVING avg(T2.salary) > 80000

-- Which employees younger than 35 earn more than the average salary? Give names and ages.
-- Show name and age of employees under 35 with a salary above the average.
SELECT name, age FROM employee WHERE age < 35 AND salary > (SELECT avg(salary) FROM employee)

-- Which cities have an employee who is an Accountant or an employee who is a Designer?
-- Show the cities where someone with the job Accountant lives, together with those where someone with the job Designer lives.
SELECT city FROM employee WHERE job = 'Accountant' UNION SELECT city FROM employee WHERE job = 'Designer'

-- Show the name and salary of the Engineers, the best paid first. Their job is Engineer.
-- List names and salaries of employees with the job Engineer from high to low salary.
SELECT name, salary FROM employee WHERE job = 'Engineer' ORDER BY salary DESC

-- How many skills does Vikram Shah have?
-- Count the skills of the employee Vikram Shah.
SELECT count(*) FROM employee_skill AS T1 JOIN employee AS T2 ON T1.employee_id = T2.employee_id WHERE T2.name = 'Vikram Shah'

-- How many employees does each team have? Show the team name.
-- Give every team name with the number of its employees.
SELECT T1.name, count(*) FROM team AS T1 JOIN employee AS T2 ON T1.team_id = T2.team_id GROUP BY T1.team_id

-- What are the total budget and the number of projects for each status?
SELECT status, sum(budget), count(*) FROM project GROUP BY status

-- Which office city has the highest sum of salaries of its employees? Show the city of the office.
-- In the office of which city do employees earn the most altogether? Give the city.
SELECT T1.city FROM office AS T1 JOIN team AS T2 ON T1.office_id = T2.office_id JOIN employee AS T3 ON T2.team_id = T3.team_id GROUP BY T1.office_id ORDER BY sum(T3.salary) DESC LIMIT 1
